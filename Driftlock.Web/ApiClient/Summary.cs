namespace Driftlock.Web.ApiClient;

/// <summary>The state of the caller's tenant (<c>GET /api/v1/analytics/summary</c>).</summary>
public sealed record Summary
{
    public StreamCounts Streams { get; init; } = new();
    public long Events { get; init; }
    public long Windows { get; init; }
    public AnomalyCounts Anomalies { get; init; } = new();
    public Lag? Lag { get; init; }

    /// <summary>The last 24 hours, oldest first.</summary>
    public IReadOnlyList<Hour> Hourly { get; init; } = [];

    /// <summary>0-1.</summary>
    public double? FalseDiscoveryRate { get; init; }
}

public sealed record StreamCounts
{
    public long Total { get; init; }
    public long Ready { get; init; }
    public long Calibrating { get; init; }
}

public sealed record AnomalyCounts
{
    public long Total { get; init; }
    public long Open { get; init; }
    public IReadOnlyDictionary<string, long> BySeverity { get; init; } = new Dictionary<string, long>();
    public IReadOnlyDictionary<string, long> ByStatus { get; init; } = new Dictionary<string, long>();
}

/// <summary>How far the detectors are behind what was received.</summary>
public sealed record Lag
{
    public long Entries { get; init; }
    public double Seconds { get; init; }
}

public sealed record Hour
{
    [System.Text.Json.Serialization.JsonPropertyName("hour")]
    public DateTimeOffset Start { get; init; }

    public long Events { get; init; }
    public long Windows { get; init; }
    public long Anomalies { get; init; }
}

/// <summary>What a user signs in with (<c>POST /api/v1/auth/sign-in</c>).</summary>
public sealed record Credentials(string Email, string Password, string? Code);

/// <summary>A session of a user: its token is a bearer token like a key.</summary>
public sealed record UserSession
{
    public string Token { get; init; } = "";

    public DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>Who calls (<c>GET /api/v1/me</c>).</summary>
public sealed record KeyOwner
{
    public string Tenant { get; init; } = "";

    /// <summary>ingest, read, analyst, admin or custom of a key; viewer, analyst, admin or operator of a user.</summary>
    public string Role { get; init; } = "";

    /// <summary>The key's name, or the user's e-mail address.</summary>
    public string? KeyName { get; init; }

    /// <summary>ingest, read, write, admin, operate.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];
}

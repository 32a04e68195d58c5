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

/// <summary>Whose key this is (<c>GET /api/v1/me</c>).</summary>
public sealed record KeyOwner
{
    public string Tenant { get; init; } = "";

    /// <summary>ingest, read or admin.</summary>
    public string Role { get; init; } = "";

    public string? KeyName { get; init; }
}

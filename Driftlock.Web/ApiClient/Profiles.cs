namespace Driftlock.Web.ApiClient;

/// <summary>What a stream has of its own, and what holds for it (<c>GET /api/v1/streams/{id}/profile</c>).</summary>
public sealed record StreamProfile
{
    public string StreamId { get; init; } = "";

    /// <summary>balanced (nothing of its own), strict, muted or custom.</summary>
    public string Profile { get; init; } = "";

    public bool Muted { get; init; }
    public double? MaxPValue { get; init; }
    public string? MinSeverity { get; init; }
    public int? WindowEvents { get; init; }
    public string? SessionKey { get; init; }
    public EffectiveSettings Effective { get; init; } = new();

    /// <summary>Of all the settings: a change names the version that it was made from.</summary>
    public long Version { get; init; }
}

public sealed record EffectiveSettings
{
    public double FalseDiscoveryRate { get; init; }
    public int WindowEvents { get; init; }
    public int BaselineEvents { get; init; }
    public string SessionKey { get; init; } = "";
    public double MaxPValue { get; init; }
    public string MinSeverity { get; init; } = "";
}

public sealed record StreamProfileList
{
    public IReadOnlyList<StreamProfile> Items { get; init; } = [];
}

/// <summary>Body of <c>PUT /api/v1/streams/{id}/profile</c>: all of it at once.</summary>
public sealed record StreamProfileUpdate(
    string Profile, bool? Muted, double? MaxPValue, string? MinSeverity, int? WindowEvents, string? SessionKey, long Version, string? Note);

/// <summary>Body of <c>POST /api/v1/streams/{id}/backtest</c>: what is absent stays as it is configured now.</summary>
public sealed record BacktestRequest(
    DateTimeOffset? From, double? FalseDiscoveryRate, int? WindowEvents, double? MaxPValue, string? MinSeverity, string? SessionKey);

/// <summary>What settings would have raised over past data, beside what the present ones do.</summary>
public sealed record BacktestResult
{
    public DateTimeOffset From { get; init; }
    public DateTimeOffset To { get; init; }
    public BacktestSide Current { get; init; } = new();
    public BacktestSide Proposed { get; init; } = new();

    /// <summary>Judged again, those before <see cref="From"/> among them.</summary>
    public long Events { get; init; }

    /// <summary>False when a limit was reached before <see cref="To"/>.</summary>
    public bool Complete { get; init; }

    public DateTimeOffset? LogBegins { get; init; }
}

public sealed record BacktestSide
{
    public long Windows { get; init; }
    public long Anomalies { get; init; }
    public long Suppressed { get; init; }

    /// <summary>The first 100.</summary>
    public IReadOnlyList<BacktestAlarm> Alarms { get; init; } = [];
}

/// <param name="At">Time of the window's last event.</param>
public sealed record BacktestAlarm(DateTimeOffset At, string Severity, double PValue, string Why);

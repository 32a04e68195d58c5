namespace Driftlock.Web.ApiClient;

/// <summary>Anomalies that belong together: same service or trace, overlapping in time.</summary>
public sealed record IncidentSummary
{
    public required string Id { get; init; }

    /// <summary>Why its first anomaly was raised. Text out of telemetry.</summary>
    public string Title { get; init; } = "";

    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Of its most severe anomaly.</summary>
    public string Severity { get; init; } = "";

    /// <summary>open, acknowledged or resolved.</summary>
    public string Status { get; init; } = "";

    public int Anomalies { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset EndedAt { get; init; }
    public DateTimeOffset? StatusChangedAt { get; init; }
    public string? StatusChangedBy { get; init; }
}

public sealed record IncidentPage
{
    public IReadOnlyList<IncidentSummary> Items { get; init; } = [];
    public string? NextCursor { get; init; }
}

/// <summary>One step of an incident's timeline.</summary>
public sealed record IncidentStep
{
    public DateTimeOffset At { get; init; }

    /// <summary>anomaly: one was found; change: somebody changed something.</summary>
    public string Kind { get; init; } = "";

    public string Text { get; init; } = "";
    public string? AnomalyId { get; init; }
    public string? Severity { get; init; }

    /// <summary>Of a change.</summary>
    public string? By { get; init; }
}

public sealed record IncidentDetail
{
    public required IncidentSummary Incident { get; init; }
    public IReadOnlyList<AnomalySummary> Anomalies { get; init; } = [];

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<IncidentStep> Timeline { get; init; } = [];
}

/// <summary>Body of <c>PATCH /api/v1/incidents/{id}/status</c>.</summary>
internal sealed record IncidentStatusChange(string Status, bool WithAnomalies);

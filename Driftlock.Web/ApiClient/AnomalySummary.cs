namespace Driftlock.Web.ApiClient;

/// <summary>One anomaly as lists and the live feed carry it (<c>GET /api/v1/anomalies</c>).</summary>
/// <remarks>Every string may hold text out of telemetry, so any of them may be hostile.</remarks>
public record AnomalySummary
{
    /// <summary><c>{partition}-{offset}-{ordinal}</c>.</summary>
    public required string Id { get; init; }

    public string StreamId { get; init; } = "";
    public string Signal { get; init; } = "";
    public string Service { get; init; } = "";
    public string Stream { get; init; } = "";

    /// <summary>low, medium, high or critical.</summary>
    public string Severity { get; init; } = "";

    /// <summary>open, acknowledged, resolved or dismissed.</summary>
    public string Status { get; init; } = "";

    /// <summary>0-100.</summary>
    public double? Score { get; init; }

    public double? PValue { get; init; }

    /// <summary>Bits above what windows of this stream usually cost.</summary>
    public double? ExcessBits { get; init; }

    /// <summary>0-1: the part of the window's lines that are affected.</summary>
    public double? AffectedShare { get; init; }

    public string Why { get; init; } = "";
    public string? CostliestLine { get; init; }
    public int EventCount { get; init; }
    public DateTimeOffset? FirstEventTime { get; init; }
    public DateTimeOffset? LastEventTime { get; init; }
    public DateTimeOffset? DetectedAt { get; init; }

    /// <summary>The place in the live feed; the id of its server-sent event.</summary>
    public long Sequence { get; init; }
}

/// <summary>One page of a list, newest first.</summary>
public sealed record AnomalyPage
{
    public IReadOnlyList<AnomalySummary> Items { get; init; } = [];

    /// <summary>Opaque; null on the last page.</summary>
    public string? NextCursor { get; init; }
}

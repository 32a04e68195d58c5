namespace Driftlock.Web.ApiClient;

/// <summary>What is expected to resemble itself: one service's logs of one scope, a series, or a span name.</summary>
public sealed record StreamInfo
{
    /// <summary>16 hex digits.</summary>
    public required string Id { get; init; }

    public string Signal { get; init; } = "";
    public string Service { get; init; } = "";
    public string Name { get; init; } = "";
    public int? Partition { get; init; }
    public long Events { get; init; }
    public long Windows { get; init; }
    public long Anomalies { get; init; }

    /// <summary>Windows that passed without a verdict because the stream was still being learnt.</summary>
    public long Calibrating { get; init; }

    public long Suppressed { get; init; }

    /// <summary>calibrating or ready.</summary>
    public string State { get; init; } = "";

    /// <summary>Events still missing until the stream is judged; 0 when ready.</summary>
    public long EventsNeeded { get; init; }

    public DateTimeOffset? FirstSeenAt { get; init; }
    public DateTimeOffset? LastEventAt { get; init; }

    /// <summary>Anomalies over judged windows, 0-1.</summary>
    public double? AnomalyRate { get; init; }
}

/// <summary>One page of streams.</summary>
public sealed record StreamPage
{
    public IReadOnlyList<StreamInfo> Items { get; init; } = [];
    public string? NextCursor { get; init; }
}

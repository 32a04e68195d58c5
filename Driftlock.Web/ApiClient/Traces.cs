namespace Driftlock.Web.ApiClient;

/// <summary>The traces that an anomaly's lines belong to (<c>GET /api/v1/anomalies/{id}/traces</c>).</summary>
public sealed record AnomalyTraces
{
    public SearchedLog Searched { get; init; } = new();

    /// <summary>That of the costliest line first.</summary>
    public IReadOnlyList<AnomalyTrace> Traces { get; init; } = [];
}

/// <summary>The stretch of the event log that was read.</summary>
public sealed record SearchedLog
{
    public DateTimeOffset From { get; init; }
    public DateTimeOffset To { get; init; }

    /// <summary>False when a bound was reached, or a part is no longer kept.</summary>
    public bool Complete { get; init; }
}

public sealed record AnomalyTrace
{
    public string TraceId { get; init; } = "";
    public string StartUnixNano { get; init; } = "";
    public long DurationNano { get; init; }
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Indexes into the explanation's lines, costliest first.</summary>
    public IReadOnlyList<int> Lines { get; init; } = [];

    /// <summary>A parent before its children.</summary>
    public IReadOnlyList<TracedSpan> Spans { get; init; } = [];

    public IReadOnlyList<TracedLog> Logs { get; init; } = [];

    /// <summary>There are more spans than were told.</summary>
    public bool Truncated { get; init; }
}

public sealed record TracedSpan
{
    public string SpanId { get; init; } = "";
    public string? ParentSpanId { get; init; }
    public string Service { get; init; } = "";
    public string Name { get; init; } = "";
    public string StartUnixNano { get; init; } = "";
    public long DurationNano { get; init; }
    public bool Failed { get; init; }

    /// <summary>Index into the explanation's lines; null for a span of another stream.</summary>
    public int? Line { get; init; }
}

public sealed record TracedLog
{
    public string Service { get; init; } = "";
    public string TimeUnixNano { get; init; } = "";
    public string? Severity { get; init; }
    public string Text { get; init; } = "";
    public int? Line { get; init; }
}

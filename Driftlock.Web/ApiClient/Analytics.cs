namespace Driftlock.Web.ApiClient;

/// <summary>How good detection was (<c>GET /api/v1/analytics/detection</c>).</summary>
public sealed record DetectionPerformance
{
    public DateTimeOffset From { get; init; }
    public DateTimeOffset To { get; init; }
    public long Anomalies { get; init; }
    public DetectionFeedback Feedback { get; init; } = new();
    public double? MedianSecondsToDetect { get; init; }
    public double? MedianSecondsToAcknowledge { get; init; }
    public IReadOnlyList<DetectionDay> Days { get; init; } = [];
}

public sealed record DetectionFeedback
{
    public long Judged { get; init; }
    public long Confirmed { get; init; }
    public long FalsePositives { get; init; }
    public long Irrelevant { get; init; }

    /// <summary>False positives over all that somebody judged; null where nobody did.</summary>
    public double? FalseDiscoveryProportion { get; init; }
}

public sealed record DetectionDay(DateTimeOffset Day, long Windows, long Anomalies, double? AnomalyRate);

/// <summary>Streams by hour (<c>GET /api/v1/analytics/ncd-heatmap</c>).</summary>
public sealed record Heatmap
{
    public DateTimeOffset From { get; init; }
    public DateTimeOffset To { get; init; }

    /// <summary>Most anomalies first.</summary>
    public IReadOnlyList<HeatmapRow> Rows { get; init; } = [];
}

public sealed record HeatmapRow(string StreamId, string Signal, string Service, string Stream, IReadOnlyList<HeatmapCell> Cells);

/// <param name="Hour">Its beginning.</param>
/// <param name="Windows">Judged in it.</param>
/// <param name="Anomalies">Found in it.</param>
/// <param name="Ratio">Mean bits given the stream's past over plain bits, 0-1; null for metrics and traces.</param>
/// <param name="SmallestPValue">1 where none was judged.</param>
public sealed record HeatmapCell(DateTimeOffset Hour, long Windows, long Anomalies, double? Ratio, double SmallestPValue);

/// <summary>How well a stream compressed over time (<c>GET /api/v1/analytics/compression-timeline</c>).</summary>
public sealed record CompressionTimeline
{
    public DateTimeOffset From { get; init; }
    public DateTimeOffset To { get; init; }

    /// <summary>Length of a stretch.</summary>
    public long StepSeconds { get; init; }

    /// <summary>Stretches with any window, oldest first.</summary>
    public IReadOnlyList<TimelinePoint> Points { get; init; } = [];
}

/// <param name="Time">Where the stretch begins.</param>
/// <param name="Events">Received in it, as the others.</param>
/// <param name="Windows">Judged or not.</param>
/// <param name="Anomalies">Found.</param>
/// <param name="Suppressed">Flagged, and not told.</param>
/// <param name="Ratio">Mean bits given the stream's past over plain bits; null for metrics and traces.</param>
/// <param name="LargestRatio">Of one window.</param>
/// <param name="SmallestPValue">1 where none was judged.</param>
public sealed record TimelinePoint(
    DateTimeOffset Time, long Events, long Windows, long Anomalies, long Suppressed, double? Ratio, double? LargestRatio, double SmallestPValue);

using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Otlp;

/// <summary>
/// One metric data point as read, whatever the encoding; its attributes and buckets wait in the batch. Numbers of the event by kind:
/// <code>
/// gauge, sum              value
/// histogram               count, sum, min, max, n bounds, n + 1 bucket counts (or no buckets at all)
/// exponential histogram   count, sum, min, max, scale, zero count, zero threshold,
///                         positive offset, number of positive buckets, their counts, negative offset, negative counts
/// summary                 count, sum, NaN, NaN, (quantile, value)*
/// </code>
/// A sum, minimum or maximum that the sender left out is NaN.
/// </summary>
internal ref struct PointFields
{
    private const ulong NoRecordedValue = 1;

    public PointFields()
    {
    }

    public ulong Time = 0;
    public ulong Flags = 0;
    public bool HasValue = false;
    public double Value = double.NaN;
    public ulong Count = 0;
    public double Sum = double.NaN;
    public double Min = double.NaN;
    public double Max = double.NaN;
    public int Scale = 0;
    public ulong ZeroCount = 0;
    public double ZeroThreshold = 0;
    public int PositiveOffset = 0;
    public int NegativeOffset = 0;

    /// <summary>
    /// Cumulative sums that can fall (up-down counters) are levels, so they count as gauges; an unspecified temporality as cumulative.
    /// </summary>
    public static PointKind SumKind(ulong temporality, bool isMonotonic) =>
        temporality == 1 ? PointKind.DeltaSum : isMonotonic ? PointKind.CumulativeSum : PointKind.Gauge;

    public readonly void Commit(TelemetryBatch batch, PointKind kind)
    {
        var pending = batch.Pending;
        if ((Flags & NoRecordedValue) != 0 || (!HasValue && kind <= PointKind.DeltaSum))
        {
            batch.WithoutValue++;
            return;
        }
        if (pending.Metric.IsEmpty)
        {
            batch.Reject(RejectionReason.MissingName, "a metric has no name; a name of at least one character is right");
            return;
        }
        if (BucketProblem(batch, kind) is { } problem)
        {
            batch.Reject(RejectionReason.InvalidBuckets, problem);
            return;
        }
        var stream = pending.Stream(pending.NameText.Shorten(pending.Series.Of(pending.Metric, pending.Attributes)));
        if (stream is null)
        {
            batch.RejectStream();
            return;
        }
        stream.Events.Begin(Time != 0 ? Time : (ulong)batch.ReceivedUnixNano, (byte)kind, pending.Unit, default);
        if (kind <= PointKind.DeltaSum) stream.Events.Number(Value);
        else WriteDistribution(stream.Events, batch, kind);
        stream.Events.End();
        batch.Accept();
    }

    private static string? BucketProblem(TelemetryBatch batch, PointKind kind)
    {
        var (bounds, counts) = (batch.Pending.Bounds.Count, batch.Pending.Counts.Count);
        if (bounds + counts > batch.Limits.Buckets)
        {
            return $"a data point of {kind} has {bounds + counts} bounds and buckets; this server takes {batch.Limits.Buckets}";
        }
        if (kind is not (PointKind.CumulativeHistogram or PointKind.DeltaHistogram)) return null;
        return counts == bounds + 1 || (counts == 0 && bounds == 0) ? null
            : $"a histogram has {bounds} bounds and {counts} bucket counts; one count more than bounds is right";
    }

    private readonly void WriteDistribution(EventWriter events, TelemetryBatch batch, PointKind kind)
    {
        events.Number(Count);
        events.Number(Sum);
        events.Number(Min);
        events.Number(Max);
        var pending = batch.Pending;
        if (kind is PointKind.CumulativeExponentialHistogram or PointKind.DeltaExponentialHistogram)
        {
            events.Number(Scale);
            events.Number(ZeroCount);
            events.Number(ZeroThreshold);
            events.Number(PositiveOffset);
            events.Number(pending.Bounds.Count);
            foreach (var positive in pending.Bounds) events.Number(positive);
            events.Number(NegativeOffset);
            foreach (var negative in pending.Counts) events.Number(negative);
            return;
        }
        if (kind == PointKind.Summary)
        {
            for (var i = 0; i < pending.Bounds.Count; i++)
            {
                events.Number(pending.Bounds[i]);
                events.Number(pending.Counts[i]);
            }
            return;
        }
        foreach (var bound in pending.Bounds) events.Number(bound);
        foreach (var count in pending.Counts) events.Number(count);
    }
}

using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>What is kept of one resource that sends a metric stream, where a point means something only beside the one before it.</summary>
/// <param name="key">Whatever tells the resources apart.</param>
/// <param name="kind">Of the points.</param>
internal sealed class MetricSender(ulong key, PointKind kind)
{
    // Count, sum, minimum and maximum.
    private const int FixedNumbers = 4;

    /// <summary>The lowest quantile of a summary that may stand for the 95th percentile.</summary>
    private const double LowestQuantile = 0.9;
    private const double Percentile95 = 0.95;

    private readonly CounterRate? _rate = kind == PointKind.CumulativeSum ? new CounterRate() : null;
    private readonly ExponentialDeltas? _exponential =
        kind is PointKind.CumulativeExponentialHistogram or PointKind.DeltaExponentialHistogram ? new ExponentialDeltas() : null;
    private readonly HistogramDeltas? _deltas = kind is PointKind.CumulativeHistogram or PointKind.DeltaHistogram or PointKind.Summary ? new HistogramDeltas() : null;

    public ulong Key => key;

    /// <summary>When it sent last, counted in points of the stream.</summary>
    public long LastRead { get; set; }

    public long Bytes => 80L + (_exponential is not null ? ExponentialDeltas.Bytes : 0) + (_deltas is not null ? HistogramDeltas.Bytes : 0);

    /// <param name="view">The point.</param>
    /// <param name="time">Of the point, never 0.</param>
    /// <param name="values">One a channel; what the point says is filled in.</param>
    public void Observe(in EventView view, ulong time, Span<double> values)
    {
        if (_rate is not null)
        {
            if (view.NumberCount > 0) values[0] = _rate.Observe(0, time, view.Number(0)) ?? double.NaN;
            return;
        }
        if (view.NumberCount < FixedNumbers || Figures(view, time) is not { } figures) return;
        values[0] = figures.Rate;
        values[1] = figures.Mean;
        values[2] = figures.Percentile95;
    }

    public void Save(ByteBuffer target)
    {
        _rate?.Save(target);
        _deltas?.Save(target);
        _exponential?.Save(target);
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/> for this kind.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        _rate?.Load(ref source);
        _deltas?.Load(ref source);
        _exponential?.Load(ref source);
    }

    /// <summary>A count as the events carry it; 0 where it is none.</summary>
    public static ulong ToCount(double number) => number is > 0 and < 9e18 ? (ulong)number : 0;

    private HistogramFigures? Figures(in EventView view, ulong time) => kind switch
    {
        PointKind.CumulativeExponentialHistogram or PointKind.DeltaExponentialHistogram =>
            _exponential!.Observe(time, kind == PointKind.CumulativeExponentialHistogram, new ExponentialPoint(view)),
        PointKind.Summary => _deltas!.Observe(0, time, true, view.Number(1), [], [ToCount(view.Number(0))]) is { } counted
            ? counted with { Percentile95 = NearestQuantile(view) }
            : null,
        _ => Explicit(view, time),
    };

    private HistogramFigures? Explicit(in EventView view, ulong time)
    {
        var buckets = (view.NumberCount - FixedNumbers + 1) / 2;
        Span<double> bounds = stackalloc double[HistogramDeltas.MaxBuckets - 1];
        Span<ulong> counts = stackalloc ulong[HistogramDeltas.MaxBuckets];
        var kept = Math.Clamp(buckets, 1, HistogramDeltas.MaxBuckets);
        counts.Clear();
        if (buckets == 0) counts[0] = ToCount(view.Number(0));
        for (var i = 0; i < kept - 1; i++) bounds[i] = view.Number(FixedNumbers + i);
        for (var i = 0; i < buckets; i++) counts[Math.Min(i, kept - 1)] += ToCount(view.Number(FixedNumbers + buckets - 1 + i));
        return _deltas!.Observe(0, time, kind == PointKind.CumulativeHistogram, view.Number(1), bounds[..(kept - 1)], counts[..kept]);
    }

    /// <summary>What a summary's sender says of the quantile nearest to .95, at least .9; NaN where it gives none.</summary>
    private static double NearestQuantile(in EventView view)
    {
        var (nearest, found) = (double.PositiveInfinity, double.NaN);
        for (var i = FixedNumbers; i + 1 < view.NumberCount; i += 2)
        {
            var distance = Math.Abs(view.Number(i) - Percentile95);
            if (!(view.Number(i) >= LowestQuantile && distance < nearest)) continue;
            (nearest, found) = (distance, view.Number(i + 1));
        }
        return found;
    }
}

using Driftlock.Cbad.Events;
using Driftlock.Cbad.Series;

namespace Driftlock.Tests.Series;

/// <summary>Measurements as a sender with an exponential histogram of one scale would report them.</summary>
internal static class ExponentialSamples
{
    /// <summary>The numbers of a point, as the events carry them.</summary>
    public static double[] Point(IReadOnlyCollection<double> measurements, int scale)
    {
        var (positives, positiveOffset) = Buckets(measurements.Where(value => value > 0), scale);
        var (negatives, negativeOffset) = Buckets(measurements.Where(value => value < 0).Select(value => -value), scale);
        return
        [
            measurements.Count, measurements.Sum(), double.NaN, double.NaN, scale, measurements.Count(value => value == 0), 0,
            positiveOffset, positives.Length, .. positives, negativeOffset, .. negatives,
        ];
    }

    /// <summary>Lower and upper bound, by absolute value, of a measurement's bucket.</summary>
    public static (double Low, double High) Bounds(double value, int scale)
    {
        var index = Index(Math.Abs(value), scale);
        return (Math.Pow(2, index / Math.Pow(2, scale)), Math.Pow(2, (index + 1) / Math.Pow(2, scale)));
    }

    public static HistogramFigures? Observe(this ExponentialDeltas deltas, ulong time, bool cumulative, double[] numbers)
    {
        var events = new EventWriter();
        events.Begin(time, (byte)PointKind.DeltaExponentialHistogram, default, default);
        foreach (var number in numbers) events.Number(number);
        events.End();
        var reader = new EventReader(Signal.Metrics, events.Written);
        Assert.True(reader.Next(out var view));
        return deltas.Observe(time, cumulative, new ExponentialPoint(view));
    }

    private static (double[] Counts, int Offset) Buckets(IEnumerable<double> values, int scale)
    {
        int[] indexes = [.. values.Select(value => Index(value, scale))];
        if (indexes.Length == 0) return ([], 0);
        var counts = new double[indexes.Max() - indexes.Min() + 1];
        foreach (var index in indexes) counts[index - indexes.Min()]++;
        return (counts, indexes.Min());
    }

    private static int Index(double value, int scale) => (int)Math.Ceiling(Math.Log2(value) * Math.Pow(2, scale)) - 1;
}

using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// A data point of an exponential histogram, read in place. Where its scale, offsets or bucket numbers cannot be right, it has no shape: count
/// and sum still say something. Layout of the numbers: count, sum, min, max, scale, zero count, zero threshold, positive offset, number of positive buckets, their
/// counts, negative offset, negative counts.
/// </summary>
internal readonly ref struct ExponentialPoint
{
    /// <summary>Either way; OTLP's own exporters stay within -10 and 20.</summary>
    private const int LargestScale = 64;
    private const int PositiveCounts = 9;

    public ExponentialPoint(in EventView view)
    {
        Count = MetricSender.ToCount(view.Number(0));
        Sum = view.Number(1);
        if (view.NumberCount <= PositiveCounts) return;
        var (scale, offset, positives) = (view.Number(4), view.Number(7), view.Number(8));
        var negativeOffset = PositiveCounts + (positives is >= 0 and <= ushort.MaxValue ? (int)positives : ushort.MaxValue);
        if (negativeOffset >= view.NumberCount || !(Math.Abs(scale) <= LargestScale) || !IsIndex(offset) || !IsIndex(view.Number(negativeOffset))) return;
        Scale = (int)scale;
        ZeroCount = MetricSender.ToCount(view.Number(5));
        ZeroThreshold = view.Number(6) is > 0 and < double.PositiveInfinity and var threshold ? threshold : 0;
        Positive = new Buckets(view, PositiveCounts, negativeOffset, (int)offset);
        Negative = new Buckets(view, negativeOffset + 1, view.NumberCount, (int)view.Number(negativeOffset));
    }

    public ulong Count { get; }

    public double Sum { get; }

    public int Scale { get; }

    public ulong ZeroCount { get; }

    /// <summary>The zero bucket reaches as far from 0, either way.</summary>
    public double ZeroThreshold { get; }

    public Buckets Positive { get; }

    public Buckets Negative { get; }

    private static bool IsIndex(double number) => Math.Abs(number) <= int.MaxValue;

    /// <summary>Counts of consecutive indexes, without the empty ones at both ends.</summary>
    public readonly ref struct Buckets
    {
        private readonly EventView _view;
        private readonly int _number;

        public Buckets(in EventView view, int from, int until, int offset)
        {
            _view = view;
            while (until > from && MetricSender.ToCount(view.Number(until - 1)) == 0) until--;
            var first = from;
            while (first < until && MetricSender.ToCount(view.Number(first)) == 0) first++;
            _number = first;
            First = (long)offset + first - from;
            Length = until - first;
        }

        /// <summary>Index of the first bucket.</summary>
        public long First { get; }

        public int Length { get; }

        /// <summary>A bucket, 0 for the first.</summary>
        public ulong this[int bucket] => MetricSender.ToCount(_view.Number(_number + bucket));
    }
}

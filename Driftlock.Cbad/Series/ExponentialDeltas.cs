using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// Turns the data points of an exponential histogram into a few numbers each. Cumulative points are subtracted from one another, after the finer of
/// both was brought to the scale of the coarser; a smaller count, in whichever bucket, or another zero threshold mean that the histogram began again.
/// </summary>
internal sealed class ExponentialDeltas
{
    public const int Bytes = (2 * ExponentialBuckets.Most * sizeof(ulong)) + (10 * sizeof(ulong));

    private const double NanosecondsPerSecond = 1e9;

    // Of the last cumulative point.
    private readonly ulong[] _positive = new ulong[ExponentialBuckets.Most];
    private readonly ulong[] _negative = new ulong[ExponentialBuckets.Most];
    private State _state;

    /// <param name="timeUnixNano">Of the point, never 0.</param>
    /// <param name="cumulative">Whether the point counts everything since its start, or only what came after the last point.</param>
    /// <param name="point">The point.</param>
    /// <returns>Null for the first point, since nobody knows when it began, and for one not after the last.</returns>
    public HistogramFigures? Observe(ulong timeUnixNano, bool cumulative, in ExponentialPoint point)
    {
        if (timeUnixNano <= _state.Time) return null;
        var last = _state;
        Span<ulong> room = stackalloc ulong[4 * ExponentialBuckets.Most];
        var positive = new ExponentialBuckets(room[..ExponentialBuckets.Most]);
        var negative = new ExponentialBuckets(room.Slice(ExponentialBuckets.Most, ExponentialBuckets.Most));
        var shift = Math.Max(ExponentialBuckets.Excess(point.Positive), ExponentialBuckets.Excess(point.Negative));
        var scale = point.Scale - shift;
        positive.Fill(point.Positive, shift);
        negative.Fill(point.Negative, shift);
        var (count, sum) = (point.Count, point.Sum);
        var shape = new ExponentialShape(scale, point.ZeroCount, point.ZeroThreshold, positive, negative);
        if (cumulative)
        {
            var addedPositive = new ExponentialBuckets(room.Slice(2 * ExponentialBuckets.Most, ExponentialBuckets.Most));
            var addedNegative = new ExponentialBuckets(room[(3 * ExponentialBuckets.Most)..]);
            addedPositive.Fill(point.Positive, shift);
            addedNegative.Fill(point.Negative, shift);
            var common = scale;
            if (TrySubtract(ref common, point, ref addedPositive, ref addedNegative))
            {
                (count, sum) = (count - last.Count, sum - last.Sum);
                shape = new ExponentialShape(common, point.ZeroCount - last.ZeroCount, point.ZeroThreshold, addedPositive, addedNegative);
            }
            Keep(point, scale, positive, negative);
        }
        _state.Time = timeUnixNano;
        if (last.Time == 0) return null;
        return new HistogramFigures(
            count / ((timeUnixNano - last.Time) / NanosecondsPerSecond), count == 0 ? double.NaN : sum / count, shape.Quantile(0.5), shape.Quantile(0.95));
    }

    public void Save(ByteBuffer target)
    {
        StateBytes.Write(target, in _state);
        StateBytes.Write<ulong>(target, _positive.AsSpan(0, (int)_state.PositiveLength));
        StateBytes.Write<ulong>(target, _negative.AsSpan(0, (int)_state.NegativeLength));
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        StateBytes.Read(ref source, ref _state);
        if (_state.PositiveLength is < 0 or > ExponentialBuckets.Most || _state.NegativeLength is < 0 or > ExponentialBuckets.Most)
            throw new InvalidDataException($"{_state.PositiveLength} and {_state.NegativeLength} buckets of an exponential histogram; {ExponentialBuckets.Most} is the most");
        StateBytes.Read(ref source, _positive.AsSpan(0, (int)_state.PositiveLength));
        StateBytes.Read(ref source, _negative.AsSpan(0, (int)_state.NegativeLength));
    }

    /// <summary>Takes the last point's counts from those of this one, at the scale of the coarser; false where it began again.</summary>
    private bool TrySubtract(ref int scale, in ExponentialPoint point, ref ExponentialBuckets positive, ref ExponentialBuckets negative)
    {
        // The last point is replaced by this one afterwards, so it may be coarsened where it lies.
        var earlierPositive = new ExponentialBuckets(_positive) { First = _state.PositiveFirst, Length = (int)_state.PositiveLength };
        var earlierNegative = new ExponentialBuckets(_negative) { First = _state.NegativeFirst, Length = (int)_state.NegativeLength };
        var common = earlierPositive.Length + earlierNegative.Length == 0 ? scale : Math.Min(scale, (int)_state.Scale);
        earlierPositive.Coarsen((int)_state.Scale - common);
        earlierNegative.Coarsen((int)_state.Scale - common);
        positive.Coarsen(scale - common);
        negative.Coarsen(scale - common);
        scale = common;
        if (point.Count < _state.Count || point.ZeroCount < _state.ZeroCount || point.ZeroThreshold != _state.ZeroThreshold) return false;
        if (!positive.Contains(earlierPositive) || !negative.Contains(earlierNegative)) return false;
        positive.Subtract(earlierPositive);
        negative.Subtract(earlierNegative);
        return true;
    }

    private void Keep(in ExponentialPoint point, int scale, in ExponentialBuckets positive, in ExponentialBuckets negative)
    {
        positive.Counts.CopyTo(_positive);
        negative.Counts.CopyTo(_negative);
        _state = new State
        {
            Count = point.Count,
            Sum = point.Sum,
            ZeroCount = point.ZeroCount,
            ZeroThreshold = point.ZeroThreshold,
            Scale = scale,
            PositiveFirst = positive.First,
            PositiveLength = positive.Length,
            NegativeFirst = negative.First,
            NegativeLength = negative.Length,
        };
    }

    private struct State
    {
        public ulong Time;
        public ulong Count;
        public double Sum;
        public ulong ZeroCount;
        public double ZeroThreshold;
        public long Scale;
        public long PositiveFirst;
        public long PositiveLength;
        public long NegativeFirst;
        public long NegativeLength;
    }
}

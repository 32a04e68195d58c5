using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// Turns the data points of a histogram with explicit bounds into a few numbers each. Cumulative points are subtracted from one another; a
/// smaller count, other bounds or a later start time mean that the histogram began again.
/// </summary>
public sealed class HistogramDeltas
{
    /// <summary>Buckets of a histogram that are kept; the rest count into the last.</summary>
    public const int MaxBuckets = 128;

    public const int Bytes = (2 * MaxBuckets * sizeof(ulong)) + 24;

    private const double NanosecondsPerSecond = 1e9;

    private readonly ulong[] _counts = new ulong[MaxBuckets];
    private readonly ulong[] _deltas = new ulong[MaxBuckets];
    private State _state;

    /// <param name="startUnixNano">Begin of what the point counts; 0 where it is not known.</param>
    /// <param name="cumulative">Whether the point counts everything since its start, or only what came after the last point.</param>
    /// <param name="bounds">Upper bounds of all buckets but the last, ascending.</param>
    /// <param name="counts">Measurements of each bucket: one more than bounds.</param>
    /// <returns>Null for the first cumulative point, a point not after the last, or counts that do not fit the bounds.</returns>
    public HistogramFigures? Observe(ulong startUnixNano, ulong timeUnixNano, bool cumulative, double sum, ReadOnlySpan<double> bounds, ReadOnlySpan<ulong> counts)
    {
        if (counts.Length != bounds.Length + 1 || (_state.Time != 0 && timeUnixNano <= _state.Time)) return null;
        var buckets = Math.Min(counts.Length, MaxBuckets);
        var last = _state;
        _state = new State { Time = timeUnixNano, Sum = sum, Buckets = buckets };
        var began = last.Time == 0 || last.Buckets != buckets || startUnixNano > last.Time;
        for (var i = 0; i < buckets; i++) began |= Count(counts, i, buckets) < _counts[i];
        var total = 0UL;
        for (var i = 0; i < buckets; i++)
        {
            var count = Count(counts, i, buckets);
            _deltas[i] = cumulative && !began ? count - _counts[i] : count;
            total += _deltas[i];
            _counts[i] = cumulative ? count : 0;
        }
        if (cumulative && last.Time == 0) return null;
        var since = startUnixNano > last.Time || (!cumulative && last.Time == 0) ? startUnixNano : last.Time;
        if (since == 0 || since >= timeUnixNano) return null;
        var added = cumulative && !began ? sum - last.Sum : sum;
        return new HistogramFigures(total / ((timeUnixNano - since) / NanosecondsPerSecond), total == 0 ? double.NaN : added / total,
            Quantile(bounds, buckets, total, 0.5), Quantile(bounds, buckets, total, 0.95));
    }

    public void Save(ByteBuffer target)
    {
        StateBytes.Write(target, in _state);
        StateBytes.Write<ulong>(target, _counts);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        StateBytes.Read(ref source, ref _state);
        StateBytes.Read<ulong>(ref source, _counts);
    }

    private static ulong Count(ReadOnlySpan<ulong> counts, int bucket, int buckets)
    {
        if (bucket < buckets - 1) return counts[bucket];
        var sum = 0UL;
        foreach (var count in counts[bucket..]) sum += count;
        return sum;
    }

    /// <summary>Linear within a bucket; the open ones count as their one bound, and the first of positive bounds begins at 0.</summary>
    private double Quantile(ReadOnlySpan<double> bounds, int buckets, ulong total, double share)
    {
        if (total == 0 || bounds.Length == 0) return double.NaN;
        var rank = share * total;
        var below = 0.0;
        var bucket = 0;
        while (bucket < buckets - 1 && below + _deltas[bucket] < rank) below += _deltas[bucket++];
        if (bucket == buckets - 1) return bounds[bucket - 1];
        var low = bucket > 0 ? bounds[bucket - 1] : Math.Min(0, bounds[0]);
        return low + ((rank - below) / _deltas[bucket] * (bounds[bucket] - low));
    }

    private struct State
    {
        public ulong Time;
        public double Sum;
        public long Buckets;
    }
}

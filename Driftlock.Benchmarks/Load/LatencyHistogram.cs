using System.Numerics;

namespace Driftlock.Benchmarks.Load;

/// <summary>
/// Latencies in buckets whose width is at most 1/64 of their value: any number of them in 20 KB, by many threads at once. Percentiles are
/// the upper edge of their bucket, so they err by less than 1.6 % and never to the good side; the longest is exact.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int Linear = 64;
    private const int LinearBits = 6;

    /// <summary>Some twelve days in microseconds: longer ones count as so long.</summary>
    private const long Longest = 1L << 40;

    private readonly long[] _buckets = new long[Index(Longest) + 1];
    private long _count;
    private long _max;

    public long Count => Interlocked.Read(ref _count);

    public double MaxMilliseconds => Interlocked.Read(ref _max) / 1000.0;

    public void Add(TimeSpan latency)
    {
        var microseconds = Math.Clamp((long)latency.TotalMicroseconds, 0, Longest);
        Interlocked.Increment(ref _buckets[Index(microseconds)]);
        Interlocked.Increment(ref _count);
        for (var max = Interlocked.Read(ref _max); microseconds > max;)
        {
            var seen = Interlocked.CompareExchange(ref _max, microseconds, max);
            if (seen == max) break;
            max = seen;
        }
    }

    /// <param name="share">Above 0, at most 1.</param>
    /// <returns>Milliseconds within which this share was; 0 where there are none.</returns>
    public double Percentile(double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        var rank = (long)Math.Ceiling(Count * share);
        if (rank == 0) return 0;
        var seen = 0L;
        for (var i = 0; i < _buckets.Length; i++)
        {
            seen += Interlocked.Read(ref _buckets[i]);
            if (seen >= rank) return Math.Min(UpperEdge(i) / 1000.0, MaxMilliseconds);
        }
        return MaxMilliseconds;
    }

    private static int Index(long microseconds)
    {
        var exponent = Math.Max(0, BitOperations.Log2((ulong)microseconds | 1) - LinearBits);
        return (exponent * Linear) + (int)(microseconds >> exponent);
    }

    private static long UpperEdge(int index)
    {
        var exponent = Math.Max(0, (index / Linear) - 1);
        return ((index - (exponent * Linear) + 1L) << exponent) - 1;
    }
}

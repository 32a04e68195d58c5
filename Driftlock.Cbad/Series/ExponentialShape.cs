using Driftlock.Cbad.Coding;

namespace Driftlock.Cbad.Series;

/// <summary>The measurements of one stretch of time in buckets of exponential width: from the lowest negative bucket over 0 to the highest.</summary>
/// <param name="scale">Of both signs.</param>
/// <param name="zeroCount">Measurements within the threshold.</param>
/// <param name="zeroThreshold">At least 0.</param>
/// <param name="positive">Buckets above 0.</param>
/// <param name="negative">Buckets below 0, by absolute value.</param>
internal readonly ref struct ExponentialShape(int scale, ulong zeroCount, double zeroThreshold, ExponentialBuckets positive, ExponentialBuckets negative)
{
    private const double Ln2 = 0.6931471805599453;
    private const double LargestLog = 700;

    private readonly ExponentialBuckets _positive = positive;
    private readonly ExponentialBuckets _negative = negative;

    /// <summary>
    /// Interpolated by the share of the bucket's measurements that lie below: geometrically within an exponential bucket, as if its measurements were
    /// spread evenly over logarithms, linearly within the zero bucket. NaN without measurements.
    /// </summary>
    public double Quantile(double share)
    {
        var (below, above) = (_negative.Total, _positive.Total);
        var rank = share * (below + zeroCount + above);
        if (rank <= 0) return double.NaN;
        if (rank <= below) return -Value(_negative, rank, fromHighest: true);
        rank -= below;
        if (rank <= zeroCount)
        {
            var lowest = below > 0 ? -zeroThreshold : 0;
            return lowest + (rank / zeroCount * (zeroThreshold - lowest));
        }
        return Value(_positive, rank - zeroCount, fromHighest: false);
    }

    /// <summary>The absolute value up to which, from the lowest or from the highest on, so many measurements lie.</summary>
    private double Value(in ExponentialBuckets buckets, double rank, bool fromHighest)
    {
        var counts = buckets.Counts;
        var (bucket, last, step) = fromHighest ? (counts.Length - 1, 0, -1) : (0, counts.Length - 1, 1);
        for (; bucket != last && counts[bucket] < rank; bucket += step) rank -= counts[bucket];
        var share = counts[bucket] == 0 ? 0 : Math.Min(rank / counts[bucket], 1);
        var place = buckets.First + bucket + (fromHighest ? 1 - share : share);
        // 2^-scale, exactly.
        var width = BitConverter.Int64BitsToDouble((1023L - scale) << 52);
        return ExactMath.Exp(Math.Clamp(place * width * Ln2, -LargestLog, LargestLog));
    }
}

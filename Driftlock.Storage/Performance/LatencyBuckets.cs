namespace Driftlock.Storage.Performance;

/// <summary>Four buckets each time a duration doubles: a percentile read from them is at most 9 % off.</summary>
public static class LatencyBuckets
{
    private const double Smallest = 10e-6;
    private const int PerDoubling = 4;

    /// <summary>From 10 us to 11 minutes.</summary>
    public const int Count = 104;

    public static int Of(double seconds) =>
        seconds <= Smallest ? 0 : Math.Min(Count - 1, (int)Math.Ceiling(Math.Log2(seconds / Smallest) * PerDoubling));

    /// <summary>Between its bounds, in seconds.</summary>
    public static double Middle(int bucket) => Smallest * Math.Pow(2, (bucket - 0.5) / PerDoubling);

    /// <param name="counts">Of each bucket, in rising order.</param>
    /// <param name="share">0 to 1.</param>
    /// <returns>Seconds; 0 of nothing.</returns>
    public static double Percentile(IReadOnlyList<(int Bucket, long Count)> counts, double share)
    {
        var wanted = Math.Ceiling(counts.Sum(entry => entry.Count) * share);
        var seen = 0L;
        foreach (var (bucket, count) in counts)
        {
            seen += count;
            if (seen >= wanted) return Middle(bucket);
        }
        return 0;
    }
}

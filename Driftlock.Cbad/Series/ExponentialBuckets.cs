namespace Driftlock.Cbad.Series;

/// <summary>
/// Counts of the buckets of one sign. At scale s, bucket i holds values beyond 2^(i / 2^s) up to 2^((i + 1) / 2^s) (OpenTelemetry metrics data
/// model, "ExponentialHistogram"); at a scale smaller by n its values are in bucket i >> n.
/// </summary>
/// <param name="counts">Room for <see cref="Most"/> counts.</param>
internal ref struct ExponentialBuckets(Span<ulong> counts)
{
    /// <summary>As many as OpenTelemetry's exporters send by default; of a point with more, neighbours are merged.</summary>
    public const int Most = 160;

    private readonly Span<ulong> _counts = counts;

    /// <summary>Index of the first bucket.</summary>
    public long First { get; set; }

    public int Length { get; set; }

    public readonly ReadOnlySpan<ulong> Counts => _counts[..Length];

    public readonly ulong this[long index] => index >= First && index - First < Length ? _counts[(int)(index - First)] : 0;

    public readonly ulong Total
    {
        get
        {
            var sum = 0UL;
            foreach (var count in Counts) sum += count;
            return sum;
        }
    }

    /// <summary>By how much a scale must be lowered for all buckets to have room.</summary>
    public static int Excess(in ExponentialPoint.Buckets point)
    {
        var excess = 0;
        while (point.Length > 0 && ((point.First + point.Length - 1) >> excess) - (point.First >> excess) >= Most) excess++;
        return excess;
    }

    /// <summary>Takes over the counts of a point, at a scale that is smaller by <paramref name="shift"/>, at least <see cref="Excess"/>.</summary>
    public void Fill(in ExponentialPoint.Buckets point, int shift)
    {
        First = point.First >> shift;
        Length = point.Length == 0 ? 0 : (int)(((point.First + point.Length - 1) >> shift) - First) + 1;
        _counts.Clear();
        for (var bucket = 0; bucket < point.Length; bucket++) _counts[(int)(((point.First + bucket) >> shift) - First)] += point[bucket];
    }

    /// <summary>Lowers the scale.</summary>
    public void Coarsen(int shift)
    {
        // Beyond that all indexes are 0 or -1.
        shift = Math.Min(shift, 63);
        if (shift == 0 || Length == 0) return;
        var first = First >> shift;
        for (var bucket = 0; bucket < Length; bucket++)
        {
            var count = _counts[bucket];
            _counts[bucket] = 0;
            // Never behind the bucket just emptied.
            _counts[(int)(((First + bucket) >> shift) - first)] += count;
        }
        Length = (int)(((First + Length - 1) >> shift) - first) + 1;
        First = first;
    }

    /// <summary>True when no bucket of an earlier point of the same scale has more than the one here.</summary>
    public readonly bool Contains(in ExponentialBuckets earlier)
    {
        for (var bucket = 0; bucket < earlier.Length; bucket++)
            if (earlier._counts[bucket] > this[earlier.First + bucket]) return false;
        return true;
    }

    /// <summary>Leaves what came after an earlier point, which must be contained.</summary>
    public readonly void Subtract(in ExponentialBuckets earlier)
    {
        for (var bucket = 0; bucket < earlier.Length; bucket++)
            if (earlier._counts[bucket] > 0) _counts[(int)(earlier.First + bucket - First)] -= earlier._counts[bucket];
    }
}

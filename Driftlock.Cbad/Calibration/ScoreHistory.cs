using System.Numerics;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Calibration;

/// <summary>
/// All past values of one window statistic, in bounded space: the <see cref="Kept"/> largest exactly, and a histogram of all of them
/// for ranks below. Long memory on purpose: forgetting bursts was measured to triple the false alarms.
/// </summary>
internal sealed class ScoreHistory
{
    public const int Kept = 256;

    // Four buckets an octave over 31 bits: a rank below the kept values is at most 19 % of the value too careful, never too bold.
    private const int Buckets = 128;

    private readonly int[] _largest = new int[Kept];
    private readonly uint[] _histogram = new uint[Buckets];

    /// <summary>Past values in all.</summary>
    public long Count { get; private set; }

    /// <summary>Past values above 0.</summary>
    public long Positive => Count - _histogram[0];

    public static int Bytes => (Kept + Buckets) * sizeof(int);

    /// <summary>The largest values, descending.</summary>
    public ReadOnlySpan<int> Largest => _largest.AsSpan(0, (int)Math.Min(Count, Kept));

    /// <param name="value">At least 0.</param>
    public void Add(int value)
    {
        var largest = Largest;
        var at = CountAtLeast(largest, value);
        if (at < Kept)
        {
            var move = Math.Min(largest.Length, Kept - 1) - at;
            if (move > 0) Array.Copy(_largest, at, _largest, at + 1, move);
            _largest[at] = value;
        }
        _histogram[Bucket(value)]++;
        Count++;
    }

    /// <summary>How many past values are at least <paramref name="value"/>; below the kept ones, an upper bound.</summary>
    public long AtLeast(int value)
    {
        var largest = Largest;
        var above = CountAtLeast(largest, value);
        if (above < largest.Length || largest.Length == Count) return above;
        long sum = 0;
        for (var bucket = Bucket(value); bucket < Buckets; bucket++) sum += _histogram[bucket];
        return sum;
    }

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)Count);
        foreach (var value in Largest) target.WriteVarint((ulong)value);
        foreach (var count in _histogram) target.WriteVarint(count);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        Count = (long)Varint.Read(ref source);
        if (Count < 0) throw new InvalidDataException($"a history of {(ulong)Count} scores");
        for (var i = 0; i < Math.Min(Count, Kept); i++) _largest[i] = (int)Varint.Read(ref source);
        for (var i = 0; i < Buckets; i++) _histogram[i] = (uint)Varint.Read(ref source);
    }

    private static int Bucket(int value)
    {
        if (value < 4) return value;
        var octave = 31 - BitOperations.LeadingZeroCount((uint)value);
        return (octave << 2) | ((value >> (octave - 2)) & 3);
    }

    private static int CountAtLeast(ReadOnlySpan<int> descending, int value)
    {
        var low = 0;
        var high = descending.Length;
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (descending[middle] >= value) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}

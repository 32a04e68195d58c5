using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>The last 48 values with their times: short mean, spread, and where a level shift began.</summary>
internal sealed class RecentValues
{
    public const int Length = 48;
    public const int MeanLength = 24;
    public const int Bytes = (Length * 2 * sizeof(double)) + sizeof(long);

    private const int ShortestSide = 6;

    private readonly double[] _values = new double[Length];
    private readonly ulong[] _times = new ulong[Length];
    private long _rows;

    public void Add(ulong time, double value)
    {
        var place = (int)(_rows++ % Length);
        _values[place] = value;
        _times[place] = time;
    }

    /// <summary>Rows at hand, at most 48.</summary>
    public int Count => (int)Math.Min(_rows, Length);

    /// <summary>A row, 0 for the oldest at hand.</summary>
    public (ulong Time, double Value) this[int row]
    {
        get
        {
            var place = (int)((_rows - Count + row) % Length);
            return (_times[place], _values[place]);
        }
    }

    /// <summary>Mean of the last 24 values; NaN before there are so many.</summary>
    public double ShortMean()
    {
        if (_rows < MeanLength) return double.NaN;
        var next = (int)(_rows % Length);
        var sum = 0.0;
        for (var place = Math.Max(next - MeanLength, 0); place < next; place++) sum += _values[place];
        for (var place = Length + Math.Min(next - MeanLength, 0); place < Length; place++) sum += _values[place];
        return sum / MeanLength;
    }

    /// <summary>Standard deviation of the last 48 values; NaN before there are so many.</summary>
    public double Deviation()
    {
        if (_rows < Length) return double.NaN;
        ref var values = ref MemoryMarshal.GetArrayDataReference(_values);
        var sums = Vector256<double>.Zero;
        for (nuint i = 0; i < Length; i += 4) sums += Vector256.LoadUnsafe(ref values, i);
        var mean = Vector256.Create(Sum(sums) / Length);
        var squares = Vector256<double>.Zero;
        for (nuint i = 0; i < Length; i += 4)
        {
            var difference = Vector256.LoadUnsafe(ref values, i) - mean;
            squares += difference * difference;
        }
        return Math.Sqrt(Sum(squares) / Length);
    }

    /// <summary>
    /// The time of the first value after the cut that leaves the least squared deviation on both sides, when the means differ by more
    /// than three times what remains; null when no cut does.
    /// </summary>
    public ulong? LevelShift()
    {
        if (_rows < Length) return null;
        var total = 0.0;
        var squares = 0.0;
        for (var back = 0; back < Length; back++)
        {
            total += Back(back);
            squares += Back(back) * Back(back);
        }
        var (best, cut, late) = (0.0, 0, 0.0);
        var sum = 0.0;
        for (var newer = 1; newer <= Length - ShortestSide; newer++)
        {
            sum += Back(newer - 1);
            if (newer < ShortestSide) continue;
            var difference = (sum / newer) - ((total - sum) / (Length - newer));
            var explained = difference * difference * newer * (Length - newer) / Length;
            if (explained > best) (best, cut, late) = (explained, newer, difference);
        }
        var remains = Math.Max(squares - (total * total / Length) - best, 0) / Length;
        return cut > 0 && late * late > 9 * remains ? _times[(int)((_rows - cut) % Length)] : null;
    }

    public void Save(ByteBuffer target)
    {
        StateBytes.Write(target, in _rows);
        StateBytes.Write<double>(target, _values);
        StateBytes.Write<ulong>(target, _times);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        StateBytes.Read(ref source, ref _rows);
        StateBytes.Read<double>(ref source, _values);
        StateBytes.Read<ulong>(ref source, _times);
    }

    /// <summary>The four lanes in a fixed order, so that every machine rounds alike.</summary>
    private static double Sum(Vector256<double> lanes) => lanes[0] + lanes[1] + lanes[2] + lanes[3];

    /// <summary>The value <paramref name="back"/> rows before the newest.</summary>
    private double Back(int back)
    {
        var place = (int)(_rows % Length) - 1 - back;
        return _values[place < 0 ? place + Length : place];
    }
}

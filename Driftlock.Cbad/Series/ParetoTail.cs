using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// How far a value lies in the upper tail of all values before it: its rank, and beyond the largest twentieth a generalised Pareto tail
/// fitted by moments (Hosking and Wallis 1987), shape between 0 and 1/2. Keeps the largest values and the count of all.
/// </summary>
internal sealed class ParetoTail
{
    public const int Kept = 80;
    public const int Bytes = (Kept * sizeof(float)) + sizeof(long);

    private const int MinimumRows = 100;
    private const double Log10E = 0.43429448190325182;
    private const double SmallestShape = 1e-3;

    private readonly float[] _largest = new float[Kept];
    private long _rows;

    /// <summary>Evidence in powers of ten that the value is too high; learns it afterwards.</summary>
    /// <param name="value">Finite, within 1e12 of 0.</param>
    public double Observe(double value)
    {
        var rounded = (float)value;
        var have = (int)Math.Min(_rows, Kept);
        if (have == Kept && rounded < _largest[Kept - 1])
        {
            _rows++;
            return 0;
        }
        var atLeast = AtLeast(rounded, have);
        var evidence = Evidence(rounded, atLeast, have);
        if (atLeast < Kept)
        {
            var move = Math.Min(have, Kept - 1) - atLeast;
            if (move > 0) Array.Copy(_largest, atLeast, _largest, atLeast + 1, move);
            _largest[atLeast] = rounded;
        }
        _rows++;
        return evidence;
    }

    /// <summary>Forgets all values.</summary>
    public void Clear() => _rows = 0;

    public void Save(ByteBuffer target)
    {
        StateBytes.Write(target, in _rows);
        StateBytes.Write<float>(target, _largest);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        StateBytes.Read(ref source, ref _rows);
        StateBytes.Read<float>(ref source, _largest);
    }

    private int AtLeast(float value, int have)
    {
        var (low, high) = (0, have);
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (_largest[middle] >= value) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private double Evidence(float value, int atLeast, int have)
    {
        if (_rows < MinimumRows) return 0;
        var k = (int)Math.Min(Kept - 1, Math.Max(10, _rows / 20));
        double start = _largest[k];
        if (value <= start) return atLeast < have ? PowersOfTen.Of((atLeast + 0.5) / (_rows + 1)) : 0;
        double sum = 0, squares = 0;
        for (var i = 0; i < k; i++)
        {
            var excess = _largest[i] - start;
            sum += excess;
            squares += excess * excess;
        }
        var mean = sum / k;
        var variance = (squares / k) - (mean * mean);
        var shape = variance > 0 ? Math.Clamp(0.5 * (1 - (mean * mean / variance)), 0, 0.5) : 0;
        // Where the tail has no width, rounding of the values is all the scale there is.
        var scale = Math.Max(mean, (1e-6 * Math.Abs(start)) + 1e-9) * (1 - shape);
        var beyond = (value - start) / scale;
        var tail = shape < SmallestShape ? beyond * Log10E : PowersOfTen.Log(1 + (shape * beyond)) / shape;
        return PowersOfTen.Of((k + 0.5) / (_rows + 1)) + tail;
    }
}

using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// Code length of a number under the histogram of all before it: 64 equal bins and two open ones, half Krichevsky-Trofimov estimate of
/// the bin, half of the bin and its neighbours. A value outside costs 2 log2(1 + distance in bins) more. When more than a quarter of the
/// values lies outside, the bins double in width until the newest fits.
/// </summary>
internal sealed class HistogramCode
{
    public const int Bytes = (Bins * sizeof(int)) + 24;

    private const int Inner = 64;
    private const int Bins = Inner + 2;
    private const double MaxDistance = 1e15;

    private readonly int[] _counts = new int[Bins];
    private State _state;

    /// <summary>Width of a bin, in the unit of the values.</summary>
    public double Width => _state.Width;

    /// <summary>Sets the bins to one and a half times the range of the first values, and counts those.</summary>
    public void Begin(ReadOnlySpan<double> first)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in first)
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }
        // A constant beginning has no range; a millionth of its size is the smallest step that we would call one.
        var range = Math.Max(high - low, Math.Max(1e-6 * Math.Max(Math.Abs(low), Math.Abs(high)), 1e-9));
        _state.Low = low - (0.25 * range);
        _state.Width = 1.5 * range / Inner;
        foreach (var value in first) Count(Bin(value, out _));
    }

    /// <summary>Bits of the value; learns it afterwards.</summary>
    public double Observe(double value)
    {
        var bin = Bin(value, out var outside);
        var neighbours = (bin > 0 ? _counts[bin - 1] : 0) + (bin < Bins - 1 ? _counts[bin + 1] : 0);
        var own = (_counts[bin] + 0.5) / (_state.Rows + (0.5 * Bins));
        var smoothed = (_counts[bin] + (0.5 * neighbours) + 1) / (2.0 * (_state.Rows + Bins));
        var powers = PowersOfTen.Of(0.5 * (own + smoothed));
        if (outside > 0) powers += 2 * PowersOfTen.Log(1 + outside);
        Count(bin);
        if (outside > 0 && (_counts[0] + _counts[Bins - 1]) * 4L > _state.Rows) Widen(value);
        return powers * PowersOfTen.Bits;
    }

    /// <summary>The median and the values below which a fortieth and above which a fortieth of all lie, to the width of a bin.</summary>
    public (double Median, double Low, double High) Usual()
    {
        var bin = 0;
        var below = (long)_counts[0];
        while (below <= _state.Rows / 40) below += _counts[++bin];
        var low = bin;
        while (below <= _state.Rows / 2) below += _counts[++bin];
        var median = bin;
        while (below < _state.Rows - (_state.Rows / 40)) below += _counts[++bin];
        return (Middle(median), Middle(low), Middle(bin));
    }

    public void Save(ByteBuffer target)
    {
        StateBytes.Write(target, in _state);
        StateBytes.Write<int>(target, _counts);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        StateBytes.Read(ref source, ref _state);
        StateBytes.Read<int>(ref source, _counts);
    }

    private double Middle(int bin) => _state.Low + ((Math.Clamp(bin, 1, Inner) - 0.5) * _state.Width);

    private int Bin(double value, out double outside)
    {
        var place = (value - _state.Low) / _state.Width;
        outside = Math.Min(place < 0 ? -place : Math.Max(place - Inner, 0), MaxDistance);
        if (place < 0) return 0;
        return place >= Inner ? Bins - 1 : 1 + (int)place;
    }

    private void Count(int bin)
    {
        _counts[bin]++;
        _state.Rows++;
        if (_counts[bin] < 1 << 30) return;
        _state.Rows = 0;
        for (var i = 0; i < Bins; i++) _state.Rows += _counts[i] /= 2;
    }

    private void Widen(double value)
    {
        while (Bin(value, out _) is 0 or Bins - 1)
        {
            // Twice the width about the same middle: inner bins 1..64 become 17..48.
            for (var i = 0; i < Inner / 4; i++)
            {
                _counts[(Inner / 2) - i] = _counts[Inner / 2 - (2 * i)] + _counts[(Inner / 2) - (2 * i) - 1];
                _counts[(Inner / 2) + 1 + i] = _counts[(Inner / 2) + 1 + (2 * i)] + _counts[(Inner / 2) + 2 + (2 * i)];
            }
            Array.Clear(_counts, 1, Inner / 4);
            Array.Clear(_counts, (Inner * 3 / 4) + 1, Inner / 4);
            _state.Low -= 0.5 * Inner * _state.Width;
            _state.Width *= 2;
        }
    }

    private struct State
    {
        public double Low;
        public double Width;
        public long Rows;
    }
}

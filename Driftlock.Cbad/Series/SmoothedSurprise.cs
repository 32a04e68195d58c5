using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// The mean of the last few surprises, judged as a normal variable with the mean and variance that such means had so far. 50 pseudo-rows
/// without surprise stand before the first, so that the earliest evidence is small; after 8,000 rows the oldest begin to fade.
/// </summary>
/// <param name="length">Rows of the mean.</param>
internal sealed class SmoothedSurprise(int length)
{
    private const int PseudoRows = 50;
    private const int MinimumRows = 50;
    private const double SlowestRate = 1.0 / 8000;
    private const double LargestDeviation = 1e4;

    private readonly double[] _last = new double[length];
    private State _state;

    public int Bytes => (length * sizeof(double)) + 24;

    /// <summary>Evidence in powers of ten that the newest mean is too high; learns it afterwards.</summary>
    public double Observe(double surprise)
    {
        _last[_state.Rows % length] = surprise;
        var have = (int)Math.Min(_state.Rows + 1, length);
        var sum = 0.0;
        for (var i = 0; i < have; i++) sum += _last[i];
        var difference = (sum / have) - _state.Mean;
        var evidence = 0.0;
        if (_state.Rows >= MinimumRows)
        {
            var deviation = Math.Max(Math.Max(Math.Sqrt(_state.Variance), 1e-3 * Math.Abs(_state.Mean)), 1e-9);
            evidence = PowersOfTen.OfNormalTail(Math.Min(difference / deviation, LargestDeviation));
        }
        var rate = Math.Max(1.0 / (_state.Rows + PseudoRows), SlowestRate);
        _state.Mean += rate * difference;
        _state.Variance = (1 - rate) * (_state.Variance + (rate * difference * difference));
        _state.Rows++;
        return evidence;
    }

    public void Save(ByteBuffer target)
    {
        StateBytes.Write(target, in _state);
        StateBytes.Write<double>(target, _last);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        StateBytes.Read(ref source, ref _state);
        StateBytes.Read<double>(ref source, _last);
    }

    private struct State
    {
        public double Mean;
        public double Variance;
        public long Rows;
    }
}

using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// What each hour of the day is like: running mean of the value and of its distance from that mean. Until an hour has been seen three
/// times, and for the width of quiet hours, the whole series stands in.
/// </summary>
internal sealed class DailyProfile
{
    public const int Bytes = (Hours * ((2 * sizeof(double)) + sizeof(int))) + 24;

    private const int Hours = 24;
    private const int MinimumRows = 50;
    private const double FastestRate = 0.1;
    private const double SlowestRate = 1.0 / 4000;
    private const double NarrowestShare = 0.25;

    private readonly double[] _means = new double[Hours];
    private readonly double[] _distances = new double[Hours];
    private readonly int[] _rows = new int[Hours];
    private State _state;

    /// <summary>What is usual in this hour, and how far from it is usual.</summary>
    public (double Mean, double Distance) Usual(int hour) => _rows[hour] >= 3
        ? (_means[hour], Math.Max(_distances[hour], NarrowestShare * _state.Distance))
        : (_state.Mean, _state.Distance);

    /// <summary>The value's distance from what is usual in its hour, in usual distances; NaN in the first 50 rows. Learns it afterwards.</summary>
    public double Observe(int hour, double value)
    {
        var (mean, distance) = Usual(hour);
        if (_state.Rows == 0) _state.Mean = mean = value;
        var residual = _state.Rows < MinimumRows ? double.NaN : (value - mean) / Math.Max(distance, (1e-6 * Math.Abs(mean)) + 1e-9);
        var rate = Math.Max(1.0 / (_state.Rows + 1), SlowestRate);
        _state.Distance += rate * (Math.Abs(value - mean) - _state.Distance);
        _state.Mean += rate * (value - _state.Mean);
        var own = Math.Max(FastestRate, 1.0 / (_rows[hour] + 1));
        _distances[hour] += own * ((_rows[hour] == 0 ? _state.Distance : Math.Abs(value - _means[hour])) - _distances[hour]);
        _means[hour] += own * (value - _means[hour]);
        if (_rows[hour] < int.MaxValue) _rows[hour]++;
        _state.Rows++;
        return residual;
    }

    public void Save(ByteBuffer target)
    {
        StateBytes.Write(target, in _state);
        StateBytes.Write<double>(target, _means);
        StateBytes.Write<double>(target, _distances);
        StateBytes.Write<int>(target, _rows);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        StateBytes.Read(ref source, ref _state);
        StateBytes.Read<double>(ref source, _means);
        StateBytes.Read<double>(ref source, _distances);
        StateBytes.Read<int>(ref source, _rows);
    }

    private struct State
    {
        public double Mean;
        public double Distance;
        public long Rows;
    }
}

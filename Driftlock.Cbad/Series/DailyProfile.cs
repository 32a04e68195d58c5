using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// What each hour of the day is like: running mean of the value and of its distance from that mean. Until an hour has been seen three
/// times, and for the width of quiet hours, the whole series stands in.
/// </summary>
internal sealed class DailyProfile
{
    public const int Bytes = (LocalHour.PerDay * ((2 * sizeof(float)) + sizeof(byte))) + 24;

    private const int MinimumRows = 50;
    private const double FastestRate = 0.1;
    private const double SlowestRate = 1.0 / 4000;
    private const double NarrowestShare = 0.25;

    private readonly float[] _means = new float[LocalHour.PerDay];
    private readonly float[] _distances = new float[LocalHour.PerDay];
    private readonly byte[] _rows = new byte[LocalHour.PerDay];
    private State _state;

    /// <summary>False in the first 50 rows: what is usual is not known yet.</summary>
    public bool IsReady => _state.Rows >= MinimumRows;

    /// <summary>What is usual in this hour, and how far from it is usual.</summary>
    public (double Mean, double Distance) Usual(int hour) => _rows[hour] >= 3
        ? (_means[hour], Math.Max(_distances[hour], NarrowestShare * _state.Distance))
        : (_state.Mean, _state.Distance);

    public void Learn(int hour, double value)
    {
        var mean = _state.Rows == 0 ? _state.Mean = value : Usual(hour).Mean;
        var rate = Math.Max(1.0 / (_state.Rows + 1), SlowestRate);
        _state.Distance += rate * (Math.Abs(value - mean) - _state.Distance);
        _state.Mean += rate * (value - _state.Mean);
        var own = Math.Max(FastestRate, 1.0 / (_rows[hour] + 1));
        _distances[hour] += (float)(own * ((_rows[hour] == 0 ? _state.Distance : Math.Abs(value - _means[hour])) - _distances[hour]));
        _means[hour] += (float)(own * (value - _means[hour]));
        if (_rows[hour] < byte.MaxValue) _rows[hour]++;
        _state.Rows++;
    }

    public void Save(ByteBuffer target)
    {
        StateBytes.Write(target, in _state);
        StateBytes.Write<float>(target, _means);
        StateBytes.Write<float>(target, _distances);
        StateBytes.Write<byte>(target, _rows);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        StateBytes.Read(ref source, ref _state);
        StateBytes.Read<float>(ref source, _means);
        StateBytes.Read<float>(ref source, _distances);
        StateBytes.Read<byte>(ref source, _rows);
    }

    private struct State
    {
        public double Mean;
        public double Distance;
        public long Rows;
    }
}

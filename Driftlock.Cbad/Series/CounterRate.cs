using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// The rate of a cumulative counter between its data points. A new start time, or a smaller value, is a reset: the counter began again at
/// 0, at its start time where that lies after the last point (OpenTelemetry metrics data model, "Resets and Gaps").
/// </summary>
public sealed class CounterRate
{
    private const double NanosecondsPerSecond = 1e9;

    private State _state;

    /// <param name="startUnixNano">When the counter began at 0; 0 where the sender does not say.</param>
    /// <returns>Units a second since the last point; null for the first point, one without a finite value, or one not after the last.</returns>
    public double? Observe(ulong startUnixNano, ulong timeUnixNano, double value)
    {
        if (!double.IsFinite(value) || (_state.Time != 0 && timeUnixNano <= _state.Time)) return null;
        var last = _state;
        _state = new State { Time = timeUnixNano, Value = value };
        if (last.Time == 0) return null;
        var reset = value < last.Value || startUnixNano > last.Time;
        var since = reset && startUnixNano > last.Time && startUnixNano < timeUnixNano ? startUnixNano : last.Time;
        return (value - (reset ? 0 : last.Value)) / ((timeUnixNano - since) / NanosecondsPerSecond);
    }

    public void Save(ByteBuffer target) => StateBytes.Write(target, in _state);

    public void Load(scoped ref ReadOnlySpan<byte> source) => StateBytes.Read(ref source, ref _state);

    private struct State
    {
        public ulong Time;
        public double Value;
    }
}

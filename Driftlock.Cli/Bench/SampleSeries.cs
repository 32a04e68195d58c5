using System.Text;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cli.Bench;

/// <summary>Made-up gauges that all follow one slow wave, one point a second, each with noise of its own; the same for the same seed.</summary>
internal sealed class SampleSeries(ulong seed)
{
    private const ulong Second = 1_000_000_000;
    private const ulong Start = 1_767_600_000 * Second;
    private const double PointsPerWave = 600;

    private readonly SeededRandom _random = new(seed);
    private readonly EventWriter _writer = new();

    public static ulong Time(int point) => Start + ((ulong)point * Second);

    public double Value(int point)
    {
        var noise = _random.Unit() + _random.Unit() + _random.Unit() - 1.5;
        return 100 + (10 * Math.Sin(point * 2 * Math.PI / PointsPerWave)) + noise;
    }

    public static StreamId Stream(int series) => StreamId.Of(0, Signal.Metrics, "bench"u8, Name(series));

    /// <summary>One point as the event log holds it.</summary>
    public byte[] Block(int series, int point)
    {
        _writer.Clear();
        _writer.Begin(Time(point), (byte)PointKind.Gauge, default, default);
        _writer.Number(Value(point));
        _writer.End();
        var block = new ByteBuffer();
        EventBlock.Write(block, Signal.Metrics, "bench"u8, Name(series), default, 0, _writer.Written, _writer.EventCount);
        return block.Written.ToArray();
    }

    private static byte[] Name(int series) => Encoding.ASCII.GetBytes($"made.up.{series}");
}

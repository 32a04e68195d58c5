using System.Text;
using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Tests.Engine;

/// <summary>Streams of metric points to put into an engine, and what comes out of it.</summary>
internal static class MetricEvents
{
    private const ulong Minute = 60_000_000_000;
    private const ulong Begin = 1_767_225_600_000_000_000; // 2026-01-01T00:00:00Z

    /// <summary>A daily wave with noise, a point a minute.</summary>
    public static double[] Wave(int count, ulong seed)
    {
        var random = new SeededRandom(seed);
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            var noise = 0.0;
            for (var part = 0; part < 12; part++) noise += random.Below(1000) / 1000.0;
            values[i] = 100 + (30 * Math.Sin(i * Math.Tau / 1440)) + (3 * (noise - 6));
        }
        return values;
    }

    public static byte[] Block(IReadOnlyList<double[]> points, int first, PointKind kind = PointKind.Gauge, string name = "queue.depth", string unit = "{message}", string resource = "") =>
        BlockAt([.. points.Select((numbers, i) => (Begin + ((ulong)(first + i) * Minute), numbers))], kind, name, unit, resource);

    public static byte[] BlockAt(
        IReadOnlyList<(ulong Time, double[] Numbers)> points, PointKind kind = PointKind.Gauge, string name = "queue.depth", string unit = "{message}", string resource = "")
    {
        var events = new EventWriter();
        foreach (var (time, numbers) in points)
        {
            events.Begin(time, (byte)kind, Encoding.UTF8.GetBytes(unit), default);
            foreach (var number in numbers) events.Number(number);
            events.End();
        }
        var payload = new ByteBuffer();
        EventBlock.Write(payload, Signal.Metrics, "shop"u8, Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(resource), resource.Length > 0 ? 1 : 0, events.Written, events.EventCount);
        return payload.Written.ToArray();
    }

    public static List<Verdict> Run(
        IReadOnlyList<double[]> points, PointKind kind = PointKind.Gauge, int perBlock = 10, Func<PartitionEngine, PartitionEngine>? between = null)
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        for (var first = 0; first < points.Count; first += perBlock)
        {
            engine.Feed(Block([.. points.Skip(first).Take(perBlock)], first, kind), first, verdicts);
            if (between is not null) engine = between(engine);
        }
        engine.Tick(new LogPosition(0, points.Count), long.MaxValue, verdicts);
        return verdicts;
    }

    public static List<Verdict> Run(IEnumerable<double> values, PointKind kind = PointKind.Gauge, int perBlock = 10) => Run([.. values.Select(value => new[] { value })], kind, perBlock);

    /// <summary>The same engine through its saved state.</summary>
    public static PartitionEngine Restored(this PartitionEngine engine) => engine.Restored([]);

    /// <summary>The same over several times, where not every stream changes in between.</summary>
    public static PartitionEngine Restored(this PartitionEngine engine, Dictionary<StreamId, byte[]> saved)
    {
        var restored = new PartitionEngine(new EngineConfiguration());
        var state = new ByteBuffer();
        engine.SaveBudgets(state);
        restored.LoadBudgets(state.Written);
        foreach (var stream in engine.ChangedStreams)
        {
            state.Clear();
            engine.SaveStream(stream, state);
            saved[stream] = state.Written.ToArray();
        }
        foreach (var (stream, bytes) in saved) restored.LoadStream(stream, bytes);
        return restored;
    }
}

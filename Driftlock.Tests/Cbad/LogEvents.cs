using System.Text;
using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Tests.Engine;

/// <summary>Streams of log events to put into an engine, and what comes out of it.</summary>
internal static class LogEvents
{
    public static readonly string[] Kinds =
    [
        "2026-01-0{0} 10:00:00 INFO  [http-{1}] OrderController - order {2} accepted for customer {3}",
        "2026-01-0{0} 10:00:00 INFO  [http-{1}] CartService - cart {2} now holds {3} items",
        "2026-01-0{0} 10:00:00 DEBUG [pool-{1}] InventoryClient - stock of sku {2} is {3}",
        "2026-01-0{0} 10:00:00 WARN  [pool-{1}] Gateway - answered after {3} ms",
    ];

    /// <summary>Ordinary lines, with a new kind of message now and then, as real logs have them.</summary>
    public static string[] Ordinary(int count, ulong seed)
    {
        var random = new SeededRandom(seed);
        var lines = new string[count];
        for (var i = 0; i < count; i++)
        {
            lines[i] = string.Format(null, Kinds[random.Below(Kinds.Length)], random.Below(9), random.Below(20), random.Next() % 10000, random.Below(100));
            if (random.Below(60) == 0) lines[i] += $" via {Word(random)} {Word(random)}";
        }
        return lines;
    }

    public static byte[] Block(IEnumerable<string> lines, string service = "shop", Signal signal = Signal.Logs) =>
        Block(lines.Select(line => (line, "web-1")), service, signal);

    public static byte[] Block(IEnumerable<(string Line, string Host)> lines, string service = "shop", Signal signal = Signal.Logs)
    {
        var events = new EventWriter();
        foreach (var (line, host) in lines)
        {
            events.Begin(0, 9, default, Encoding.UTF8.GetBytes(line));
            events.Attribute("thread"u8, "main"u8);
            events.Attribute("host"u8, Encoding.UTF8.GetBytes(host));
            events.End();
        }
        var payload = new ByteBuffer();
        EventBlock.Write(payload, signal, Encoding.UTF8.GetBytes(service), "scope"u8, default, 0, events.Written, events.EventCount);
        return payload.Written.ToArray();
    }

    public static void Feed(this PartitionEngine engine, byte[] block, long offset, List<Verdict> verdicts) =>
        engine.Feed(block, offset, verdicts, 1_000_000 + offset);

    public static void Feed(this PartitionEngine engine, byte[] block, long offset, List<Verdict> verdicts, long received)
    {
        ReadOnlySpan<byte> rest = block;
        EventBlock.TryRead(ref rest, out var read);
        engine.Observe(1, read, new LogPosition(0, offset), received, verdicts);
    }

    public static List<Verdict> Run(IEnumerable<string> lines, int perBlock = 50, EngineConfiguration? configuration = null)
    {
        var engine = new PartitionEngine(configuration ?? new EngineConfiguration());
        var verdicts = new List<Verdict>();
        long offset = 0;
        foreach (var chunk in lines.Chunk(perBlock)) engine.Feed(Block(chunk), offset++, verdicts);
        engine.Tick(new LogPosition(0, offset), long.MaxValue, verdicts);
        return verdicts;
    }

    public static string[] With(this string[] lines, int at, params string[] foreign)
    {
        foreign.CopyTo(lines, at);
        return lines;
    }

    /// <summary>Everything about a verdict, evidence byte for byte.</summary>
    public static string Image(this Verdict verdict) =>
        $"{verdict with { Evidence = null }}|{(verdict.Evidence is null ? "" : Encoding.UTF8.GetString(EvidenceJson.Write(verdict.Evidence)))}";

    private static string Word(SeededRandom random) => string.Concat(Enumerable.Range(0, 3).Select(_ => new[] { "ra", "lo", "ten", "mi", "sor", "ka" }[random.Below(6)]));
}

using System.Buffers.Binary;
using System.Text;
using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Tests.Sessions;

/// <summary>A log record of a session.</summary>
/// <param name="Received">Nanoseconds.</param>
/// <param name="Session">Its number, from 1.</param>
/// <param name="Text">The body.</param>
internal sealed record SessionRecord(long Received, int Session, string Text);

/// <summary>The sessions of <see cref="SyntheticSessions"/> as log records of a shop, put into an engine, and what comes out of it.</summary>
internal static class SessionEvents
{
    public const long Second = 1_000_000_000;
    public const string Attribute = "order.id";

    /// <summary>A session begins five times a second; its records come 50 ms apart on average, between those of others.</summary>
    public static List<SessionRecord> Records(IEnumerable<ReadOnlyMemory<ulong>> sessions, ulong seed)
    {
        var random = new SeededRandom(seed);
        var records = new List<SessionRecord>();
        var number = 0;
        foreach (var session in sessions)
        {
            var time = (long)++number * Second / 5;
            foreach (var template in session.ToArray()) records.Add(new SessionRecord(time += random.Below(100_000_000), number, Text(template, number, random)));
        }
        return [.. records.OrderBy(record => record.Received)];
    }

    /// <param name="records">By time.</param>
    /// <param name="isTrace">True: the trace id names the session; false: the attribute <see cref="Attribute"/>.</param>
    /// <param name="perBlock">Records of a request.</param>
    public static IEnumerable<(long Received, byte[] Block)> Blocks(IEnumerable<SessionRecord> records, bool isTrace = true, int perBlock = 5)
    {
        var events = new EventWriter();
        var traceId = new byte[16];
        foreach (var chunk in records.Chunk(perBlock))
        {
            events.Clear();
            foreach (var record in chunk)
            {
                BinaryPrimitives.WriteInt64BigEndian(traceId.AsSpan(8), record.Session);
                events.Begin((ulong)record.Received, 9, default, Encoding.UTF8.GetBytes(record.Text), isTrace ? traceId : default);
                events.Attribute("thread"u8, "main"u8);
                if (!isTrace) events.Attribute(Encoding.UTF8.GetBytes(Attribute), Encoding.UTF8.GetBytes($"order-{record.Session}"));
                events.End();
            }
            var payload = new ByteBuffer();
            EventBlock.Write(payload, Signal.Logs, "shop"u8, "scope"u8, default, 0, events.Written, events.EventCount);
            yield return (chunk[^1].Received, payload.Written.ToArray());
        }
    }

    public static void Feed(PartitionEngine engine, (long Received, byte[] Block) request, long offset, List<Verdict> verdicts)
    {
        ReadOnlySpan<byte> rest = request.Block;
        EventBlock.TryRead(ref rest, out var block);
        engine.Observe(1, block, new LogPosition(0, offset), request.Received, verdicts);
    }

    public static List<Verdict> Run(IEnumerable<(long Received, byte[] Block)> blocks, EngineConfiguration? configuration = null)
    {
        var engine = new PartitionEngine(configuration ?? new EngineConfiguration());
        var verdicts = new List<Verdict>();
        var offset = 0L;
        foreach (var block in blocks) Feed(engine, block, offset++, verdicts);
        engine.Tick(new LogPosition(0, offset), long.MaxValue, verdicts);
        return verdicts;
    }

    public static List<Verdict> Run(IEnumerable<ReadOnlyMemory<ulong>> sessions, ulong seed) => Run(Blocks(Records(sessions, seed)));

    private static string Text(ulong template, int number, SeededRandom random)
    {
        var kind = Enumerable.Range(1, SyntheticSessions.Unseen).First(kind => SyntheticSessions.Template(kind) == template);
        return kind switch
        {
            SyntheticSessions.Start => $"order {number} begun",
            SyntheticSessions.Write => $"writing part {random.Below(9)} of order {number}",
            SyntheticSessions.Written => $"part {random.Below(9)} of order {number} stored after {random.Below(400)} ms",
            SyntheticSessions.Poll => "still waiting for the store",
            SyntheticSessions.Cache => $"prices of order {number} come from the cache",
            SyntheticSessions.Retry => $"trying again after {random.Below(400)} ms",
            SyntheticSessions.Commit => $"order {number} is paid",
            SyntheticSessions.Close => $"order {number} closed",
            _ => $"stock of order {number} looks odd",
        };
    }
}

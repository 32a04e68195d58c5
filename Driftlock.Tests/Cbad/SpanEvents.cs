using System.Buffers.Binary;
using System.Text;
using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Traces;
using Driftlock.Tests.Traces;

namespace Driftlock.Tests.Engine;

/// <summary>Traces of a small shop put into an engine, a request a trace, and what comes out of it.</summary>
internal static class SpanEvents
{
    private static readonly SortedDictionary<ulong, (string Service, string Name)> Operations = new()
    {
        [SyntheticTraces.Root] = ("frontend", "GET /checkout"),
        [SyntheticTraces.Cart] = ("cart", "Cart/Get"),
        [SyntheticTraces.Payment] = ("payment", "Payment/Charge"),
        [SyntheticTraces.Provider] = ("payment", "POST provider"),
    };

    public static StreamId Stream(ulong operation)
    {
        var (service, name) = Operations[operation];
        return StreamId.Of(1, Signal.Traces, Encoding.UTF8.GetBytes(service), Encoding.UTF8.GetBytes(name));
    }

    /// <summary>A log entry with the spans of one trace, a block for each operation.</summary>
    public static byte[] Entry(ulong trace, IReadOnlyList<SpanFacts> spans)
    {
        var payload = new ByteBuffer();
        Span<byte> traceId = stackalloc byte[16];
        Span<byte> id = stackalloc byte[8];
        Span<byte> parent = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(traceId[8..], trace);
        foreach (var group in spans.GroupBy(span => span.Operation))
        {
            var events = new EventWriter();
            foreach (var span in group)
            {
                BinaryPrimitives.WriteUInt64BigEndian(id, span.SpanId);
                BinaryPrimitives.WriteUInt64BigEndian(parent, span.ParentSpanId);
                events.Begin(span.Start, span.Status, "SPAN_KIND_SERVER"u8, default, traceId, id, span.ParentSpanId == 0 ? default : parent);
                events.Number(span.Duration);
                events.Attribute("rpc.system"u8, "grpc"u8);
                events.End();
            }
            var (service, name) = Operations[group.Key];
            EventBlock.Write(payload, Signal.Traces, Encoding.UTF8.GetBytes(service), Encoding.UTF8.GetBytes(name), default, 0, events.Written, events.EventCount);
        }
        return payload.Written.ToArray();
    }

    public static void FeedEntry(this PartitionEngine engine, byte[] entry, long offset, long received, List<Verdict> verdicts)
    {
        ReadOnlySpan<byte> rest = entry;
        while (EventBlock.TryRead(ref rest, out var block)) engine.Observe(1, block, new LogPosition(0, offset), received, verdicts);
    }

    /// <param name="traces">One after another, a second apart.</param>
    /// <param name="between">Replaces the engine after each.</param>
    public static List<Verdict> Run(IEnumerable<SpanFacts[]> traces, Func<PartitionEngine, PartitionEngine>? between = null)
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        var offset = 0L;
        foreach (var spans in traces)
        {
            engine.FeedEntry(Entry((ulong)offset + 1, spans), offset, 1_000_000_000 * offset, verdicts);
            offset++;
            if (between is not null) engine = between(engine);
        }
        engine.Tick(new LogPosition(0, offset), long.MaxValue, verdicts);
        return verdicts;
    }
}

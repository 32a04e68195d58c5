using System.Buffers.Binary;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Traces;

/// <summary>What is judged of a span, in fixed size, so that open traces hold no text.</summary>
/// <param name="Operation">The span's stream: tenant, service and span name (<see cref="StreamId"/>).</param>
/// <param name="SpanId">0 when the sender gave none.</param>
/// <param name="ParentSpanId">0 for a root.</param>
/// <param name="Start">Nanoseconds since 1970.</param>
/// <param name="Duration">Nanoseconds.</param>
/// <param name="Status">OTLP status code, 0 to 2; 2 is an error.</param>
/// <param name="Kind">Fingerprint of the span kind, 1 to 4,095.</param>
/// <param name="Keys">Fingerprint of the set of attribute keys, 1 to 4,095.</param>
internal readonly record struct SpanFacts(
    ulong Operation, ulong SpanId, ulong ParentSpanId, ulong Start, ulong Duration, byte Status, ushort Kind, ushort Keys)
{
    public const byte Error = 2;

    /// <summary>Bytes of one span as <see cref="Save"/> writes it and as it is counted while its trace is open.</summary>
    public const int Bytes = 45;

    // Ten years; beyond it a clock was wrong, and sums stay far from overflow.
    private const double LongestNano = 3.2e17;

    private static readonly byte[][] KindNames =
    [
        .. new[] { "UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER" }.Select(kind => System.Text.Encoding.ASCII.GetBytes("SPAN_KIND_" + kind)),
    ];

    public ulong End => Start + Duration;

    /// <summary>The OTLP name of a span kind by its fingerprint; empty for one that OTLP does not know.</summary>
    public static ReadOnlySpan<byte> KindName(ushort kind) => Array.Find(KindNames, name => Fold(Fingerprint(name)) == kind);

    public static SpanFacts Of(ulong operation, in EventView view, long receivedUnixNano)
    {
        var duration = view.NumberCount == 0 ? 0 : view.Number(0);
        return new SpanFacts(
            operation, Id(view.SpanId), Id(view.ParentSpanId), Math.Min(view.TimeUnixNano == 0 ? (ulong)receivedUnixNano : view.TimeUnixNano, ulong.MaxValue >> 1),
            (ulong)Math.Min(Math.Max(duration, 0), LongestNano), view.Severity, Fold(Fingerprint(view.Name)), KeysOf(view));
    }

    public void Save(ByteBuffer target)
    {
        foreach (var number in (ReadOnlySpan<ulong>)[Operation, SpanId, ParentSpanId, Start, Duration]) target.WriteFixed64(number);
        target.WriteByte(Status);
        target.WriteByte((byte)Kind);
        target.WriteByte((byte)(Kind >> 8));
        target.WriteByte((byte)Keys);
        target.WriteByte((byte)(Keys >> 8));
    }

    public static SpanFacts Load(scoped ref ReadOnlySpan<byte> source)
    {
        var bytes = Varint.Take(ref source, Bytes);
        return new SpanFacts(
            Number(bytes, 0), Number(bytes, 8), Number(bytes, 16), Number(bytes, 24), Number(bytes, 32), bytes[40],
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[41..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[43..]));
    }

    private static ulong Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    private static ulong Id(ReadOnlySpan<byte> id) => id.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64BigEndian(id);

    // The sum does not depend on the order in which a sender happens to write its attributes.
    private static ushort KeysOf(in EventView view)
    {
        ulong sum = 0;
        var attributes = view.ReadAttributes();
        while (attributes.Next()) sum += Fingerprint(attributes.Key);
        return Fold(sum);
    }

    private static ushort Fold(ulong hash) => (ushort)(1 + (hash % 0xfff));

    private static ulong Fingerprint(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037;
        foreach (var b in bytes) hash = (hash ^ b) * 1099511628211;
        return (hash ^ (hash >> 29)) * 0xbf58476d1ce4e5b9 >> 16;
    }
}

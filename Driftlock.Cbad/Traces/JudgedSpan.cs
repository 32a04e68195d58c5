using System.Buffers.Binary;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Traces;

/// <summary>All that a span is judged by: its facts and its place in its trace. As written by <see cref="Save"/> it is what evidence keeps.</summary>
/// <param name="facts">Of the span.</param>
/// <param name="traceIdHigh">First half of the trace id.</param>
/// <param name="traceIdLow">Second half.</param>
/// <param name="selfTime">Nanoseconds not covered by its children.</param>
/// <param name="caller">Operation of its parent, <see cref="NoCaller"/> or <see cref="MissingCaller"/>.</param>
/// <param name="callees">Operations of its children in order of their starts; further ones than <see cref="MaxCallees"/> are not judged.</param>
/// <param name="isFirst">The first span of its operation in its trace: those before it were learned when it was scored, those with it were not.</param>
internal readonly ref struct JudgedSpan(
    SpanFacts facts, ulong traceIdHigh, ulong traceIdLow, ulong selfTime, ulong caller, ReadOnlySpan<ulong> callees, bool isFirst)
{
    public const int MaxCallees = 64;

    /// <summary>Caller of a root.</summary>
    public const ulong NoCaller = 0;

    /// <summary>Caller of a span whose parent was not received.</summary>
    public const ulong MissingCaller = 1;

    private const byte First = 0x80;
    private const int FixedBytes = SpanFacts.Bytes + (4 * sizeof(ulong)) + 1;

    public SpanFacts Facts { get; } = facts;

    public ulong TraceIdHigh { get; } = traceIdHigh;

    public ulong TraceIdLow { get; } = traceIdLow;

    public ulong SelfTime { get; } = selfTime;

    public ulong Caller { get; } = caller;

    public ReadOnlySpan<ulong> Callees { get; } = callees[..Math.Min(callees.Length, MaxCallees)];

    public bool IsFirst { get; } = isFirst;

    public void Save(ByteBuffer target)
    {
        Facts.Save(target);
        target.WriteFixed64(TraceIdHigh);
        target.WriteFixed64(TraceIdLow);
        target.WriteFixed64(SelfTime);
        target.WriteFixed64(Caller);
        target.WriteByte((byte)(Callees.Length | (IsFirst ? First : 0)));
        foreach (var callee in Callees) target.WriteFixed64(callee);
    }

    /// <param name="source">What <see cref="Save"/> wrote; what was read is taken off.</param>
    /// <param name="callees">Room for <see cref="MaxCallees"/>.</param>
    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public static JudgedSpan Load(scoped ref ReadOnlySpan<byte> source, Span<ulong> callees)
    {
        var facts = SpanFacts.Load(ref source);
        var rest = Varint.Take(ref source, FixedBytes - SpanFacts.Bytes);
        var count = rest[^1] & ~First;
        if (count > MaxCallees) throw new InvalidDataException($"a span with {count} callees; at most {MaxCallees}");
        for (var i = 0; i < count; i++) callees[i] = Varint.ReadFixed64(ref source);
        return new JudgedSpan(facts, Number(rest, 0), Number(rest, 1), Number(rest, 2), Number(rest, 3), callees[..count], (rest[^1] & First) != 0);
    }

    private static ulong Number(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[(index * sizeof(ulong))..]);
}

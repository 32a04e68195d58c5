using System.Buffers.Binary;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Traces;

/// <summary>
/// The adaptive model of one operation (one span name of one service): each span is scored first and learned then. Form, caller and
/// callees are coded by Witten-Bell blended counts, durations by <see cref="DurationModel"/>.
/// </summary>
internal sealed class SpanModel
{
    /// <summary>Callees of which the number of calls is coded; further ones are coded in the sequence only.</summary>
    public const int MaxCallees = 64;

    /// <summary>What is new about the first spans of an operation says nothing: they cost nothing. Its callers pay for its being new.</summary>
    public const int ColdSpans = 10;

    private const int MaxSlots = 2048;
    private const int MostCalls = 255;
    private const double Uniform = 1.0 / 64;
    private const ushort Start = 1;
    private const ushort End = 2;
    private const uint StatusAny = 1u << 24;
    private const uint KindAny = 2u << 24;
    private const uint KeysAny = 3u << 24;
    private const uint KeysAfterStatus = 4u << 24;
    private const uint CallerAny = 5u << 24;
    private const uint Callee = 6u << 24;
    private const uint CalleeAfter = 7u << 24;
    private const uint Calls = 8u << 24;

    private readonly CountTable _counts = new(MaxSlots);
    private readonly ushort[] _callees = new ushort[MaxCallees];
    private readonly int[] _calls = new int[MaxCallees];
    private int _known;
    private long _spans;
    private double _meanBits;

    public DurationModel Durations { get; } = new();

    public DurationModel SelfTimes { get; } = new();

    /// <summary>Spans scored so far.</summary>
    public long Spans => _spans;

    public long Bytes => _counts.Bytes + (2 * DurationModel.Bytes) + (MaxCallees * (sizeof(ushort) + sizeof(int))) + 64;

    /// <summary>An operation as a symbol of other operations' models: 16 to 65,534. Two in 65,519 pairs share one.</summary>
    public static ushort SymbolOf(ulong operation) => (ushort)(16 + (operation % 65_519));

    /// <summary>Scores a span and learns its form, caller and callees. Its times are learned by <see cref="LearnTimes"/>.</summary>
    /// <param name="span">The span.</param>
    /// <param name="selfTime">Nanoseconds not covered by its children.</param>
    /// <param name="caller">Symbol of the parent's operation; 0 for a root, 1 where the parent is missing.</param>
    /// <param name="callees">Symbols of its children in order of their starts.</param>
    public SpanScore ScoreAndLearn(in SpanFacts span, ulong selfTime, ushort caller, ReadOnlySpan<ushort> callees)
    {
        var parent = Code(CallerAny, caller);
        var form = Code(StatusAny, span.Status) + Code(KindAny, span.Kind);
        form += Code(KeysAny, KeysAfterStatus | span.Status, span.Keys);
        var (duration, slowness) = Durations.Score(DurationModel.BinOf(span.Duration));
        var (_, selfSlowness) = SelfTimes.Score(DurationModel.BinOf(selfTime));
        var score = new SpanScore(
            parent, form, duration, CodeSequence(callees), CodeCalls(callees), slowness, selfSlowness, (int)_meanBits, span.Status == SpanFacts.Error);
        _spans++;
        if (_spans <= ColdSpans) score = default;
        // A plain mean at first, later one over about the last 1,000 spans.
        else _meanBits += (score.Bits - _meanBits) / Math.Min(_spans - ColdSpans, 1000);
        if (_counts.IsCrowded) _counts.Age();
        return score;
    }

    public void LearnTimes(in SpanFacts span, ulong selfTime)
    {
        Durations.Learn(DurationModel.BinOf(span.Duration));
        SelfTimes.Learn(DurationModel.BinOf(selfTime));
    }

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)_spans);
        target.WriteDouble(_meanBits);
        target.WriteVarint((ulong)_known);
        for (var i = 0; i < _known; i++) target.WriteVarint(_callees[i]);
        _counts.Save(target);
        Durations.Save(target);
        SelfTimes.Save(target);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        _spans = (long)Varint.Read(ref source);
        _meanBits = BinaryPrimitives.ReadDoubleLittleEndian(Varint.Take(ref source, sizeof(double)));
        var known = Varint.Read(ref source);
        if (known > MaxCallees) throw new InvalidDataException($"{known} callees; at most {MaxCallees}");
        _known = (int)known;
        for (var i = 0; i < _known; i++) _callees[i] = (ushort)Varint.Read(ref source);
        _counts.Load(ref source);
        Durations.Load(ref source);
        SelfTimes.Load(ref source);
    }

    private int CodeSequence(ReadOnlySpan<ushort> callees)
    {
        var bits = 0;
        var previous = Start;
        foreach (var callee in callees)
        {
            bits += Code(Callee, CalleeAfter | previous, callee);
            previous = callee;
        }
        return bits + Code(Callee, CalleeAfter | previous, End);
    }

    // A callee's count is coded from the second time on, 0 included: what is missing costs as much as what is too many.
    private int CodeCalls(ReadOnlySpan<ushort> callees)
    {
        var calls = _calls.AsSpan();
        calls.Clear();
        var before = _known;
        foreach (var callee in callees)
        {
            var at = _callees.AsSpan(0, _known).IndexOf(callee);
            if (at < 0 && _known < MaxCallees) _callees[at = _known++] = callee;
            if (at >= 0) calls[at]++;
        }
        var bits = 0;
        for (var i = 0; i < _known; i++)
        {
            var cost = Code(Calls | _callees[i], (ushort)Math.Min(calls[i], MostCalls));
            if (i < before) bits += cost;
        }
        return bits;
    }

    private int Code(uint context, ushort symbol) => FixedLog.CodeLength(_counts.BlendAndLearn(Uniform, context, symbol));

    private int Code(uint shorter, uint longer, ushort symbol)
    {
        var probability = _counts.BlendAndLearn(Uniform, shorter, symbol);
        return FixedLog.CodeLength(_counts.BlendAndLearn(probability, longer, symbol));
    }
}

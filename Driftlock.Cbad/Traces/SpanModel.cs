using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Traces;

/// <summary>
/// The adaptive model of one operation (one span name of one service). Scoring changes nothing: all spans of a trace are scored under what
/// came before the trace, and learned then. Form, caller and callees are coded by Witten-Bell blended counts, durations by <see cref="DurationModel"/>.
/// </summary>
internal sealed class SpanModel
{
    /// <summary>Callees of which the number of calls is coded; further ones are coded in the sequence only.</summary>
    public const int MaxCallees = 64;

    /// <summary>What is new about the first spans of an operation says nothing: they cost nothing. Its callers pay for its being new.</summary>
    public const int ColdSpans = 10;

    private const int MaxSlots = 2048;
    private const int MostCalls = 255;
    private const int OddFrom = 4 * FixedLog.One;
    private const int OddMost = 8 * FixedLog.One;
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
    private readonly ulong[] _callees = new ulong[MaxCallees];
    private readonly int[] _calls = new int[MaxCallees];
    private int _known;
    private long _spans;
    private double _meanBits;
    private double _meanStructure;

    public DurationModel Durations { get; } = new();

    public DurationModel SelfTimes { get; } = new();

    /// <summary>Spans learned so far.</summary>
    public long Spans => _spans;

    public long Bytes => _counts.Bytes + (2 * DurationModel.Bytes) + (MaxCallees * (sizeof(ulong) + sizeof(int))) + 64;

    /// <summary>Code lengths of a span under all that was learned.</summary>
    public SpanScore Score(in JudgedSpan span)
    {
        if (_spans < ColdSpans) return default;
        var facts = span.Facts;
        var parent = Code(CallerAny, Symbol(span.Caller));
        var form = Code(StatusAny, facts.Status) + Code(KindAny, facts.Kind);
        form += Code(KeysAny, KeysAfterStatus | facts.Status, facts.Keys);
        var (sequence, calls) = (CodeSequence(span.Callees), CodeCalls(span.Callees));
        var odd = Math.Clamp(parent + form + sequence + calls - (int)_meanStructure - OddFrom, 0, OddMost);
        var (duration, slowness) = Durations.Score(DurationModel.BinOf(facts.Duration));
        var (_, selfSlowness) = SelfTimes.Score(DurationModel.BinOf(span.SelfTime));
        return new SpanScore(parent, form, duration, sequence, calls, slowness, selfSlowness, (int)_meanBits, odd, facts.Status == SpanFacts.Error);
    }

    /// <param name="span">The span.</param>
    /// <param name="score">Of the span, from <see cref="Score"/>.</param>
    public void Learn(in JudgedSpan span, in SpanScore score)
    {
        var facts = span.Facts;
        Count(CallerAny, Symbol(span.Caller));
        Count(StatusAny, facts.Status);
        Count(KindAny, facts.Kind);
        Count(KeysAny, facts.Keys);
        Count(KeysAfterStatus | facts.Status, facts.Keys);
        LearnSequence(span.Callees);
        LearnCalls(span.Callees);
        Durations.Learn(DurationModel.BinOf(facts.Duration));
        SelfTimes.Learn(DurationModel.BinOf(span.SelfTime));
        _spans++;
        // A plain mean at first, later one over about the last 1,000 spans.
        if (_spans > ColdSpans)
        {
            var rate = 1.0 / Math.Min(_spans - ColdSpans, 1000);
            _meanBits += (score.Bits - _meanBits) * rate;
            _meanStructure += (score.Structure - _meanStructure) * rate;
        }
        if (_counts.IsCrowded) _counts.Age();
    }

    /// <summary>Operations of which the number of calls is coded.</summary>
    public ReadOnlySpan<ulong> KnownCallees => _callees.AsSpan(0, _known);

    /// <summary>How often the operation usually calls another one, as the share of its spans that do so most often; share 0 when it was never seen to.</summary>
    public (int Calls, double Share) UsualCalls(ulong callee)
    {
        var context = Calls | Symbol(callee);
        var (usual, most) = (0, 0u);
        for (var calls = 0; calls <= MostCalls; calls++)
        {
            var (count, _) = _counts.Get(context, (ushort)calls);
            if (count > most) (usual, most) = (calls, count);
        }
        var (all, _) = _counts.Get(context, CountTable.Total);
        return (usual, all == 0 ? 0 : most / (double)all);
    }

    /// <summary>Share of past spans with this status code.</summary>
    public double ShareOfStatus(byte status)
    {
        var (all, _) = _counts.Get(StatusAny, CountTable.Total);
        return all == 0 ? 0 : _counts.Get(StatusAny, status).Count / (double)all;
    }

    /// <summary>Cost of how often the span called one operation that it is known to call; 0 for another.</summary>
    public int CostOfCalls(ulong callee, int calls) => KnownCallees.Contains(callee) ? Code(Calls | Symbol(callee), (ushort)Math.Min(calls, MostCalls)) : 0;

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)_spans);
        target.WriteDouble(_meanBits);
        target.WriteDouble(_meanStructure);
        target.WriteVarint((ulong)_known);
        for (var i = 0; i < _known; i++) target.WriteFixed64(_callees[i]);
        _counts.Save(target);
        Durations.Save(target);
        SelfTimes.Save(target);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        _spans = (long)Varint.Read(ref source);
        _meanBits = Varint.ReadDouble(ref source);
        _meanStructure = Varint.ReadDouble(ref source);
        var known = Varint.Read(ref source);
        if (known > MaxCallees) throw new InvalidDataException($"{known} callees; at most {MaxCallees}");
        _known = (int)known;
        for (var i = 0; i < _known; i++) _callees[i] = Varint.ReadFixed64(ref source);
        _counts.Load(ref source);
        Durations.Load(ref source);
        SelfTimes.Load(ref source);
    }

    // An operation as a symbol of other operations' models: 16 to 65,534. One in 65,519 pairs shares one.
    private static ushort Symbol(ulong operation) => operation <= JudgedSpan.MissingCaller ? (ushort)operation : (ushort)(16 + (operation % 65_519));

    private int CodeSequence(ReadOnlySpan<ulong> callees)
    {
        var bits = 0;
        var previous = Start;
        foreach (var callee in callees)
        {
            bits += Code(Callee, CalleeAfter | previous, Symbol(callee));
            previous = Symbol(callee);
        }
        return bits + Code(Callee, CalleeAfter | previous, End);
    }

    private void LearnSequence(ReadOnlySpan<ulong> callees)
    {
        var previous = Start;
        foreach (var callee in callees)
        {
            Count(Callee, Symbol(callee));
            Count(CalleeAfter | previous, Symbol(callee));
            previous = Symbol(callee);
        }
        Count(Callee, End);
        Count(CalleeAfter | previous, End);
    }

    // A callee's count is coded from the second time on, 0 included: what is missing costs as much as what is too many.
    private int CodeCalls(ReadOnlySpan<ulong> callees)
    {
        CountCalls(callees);
        var bits = 0;
        for (var i = 0; i < _known; i++) bits += Code(Calls | Symbol(_callees[i]), (ushort)Math.Min(_calls[i], MostCalls));
        return bits;
    }

    private void LearnCalls(ReadOnlySpan<ulong> callees)
    {
        foreach (var callee in callees)
            if (_known < MaxCallees && !KnownCallees.Contains(callee)) _callees[_known++] = callee;
        CountCalls(callees);
        for (var i = 0; i < _known; i++) Count(Calls | Symbol(_callees[i]), (ushort)Math.Min(_calls[i], MostCalls));
    }

    private void CountCalls(ReadOnlySpan<ulong> callees)
    {
        _calls.AsSpan(0, _known).Clear();
        foreach (var callee in callees)
        {
            var at = KnownCallees.IndexOf(callee);
            if (at >= 0) _calls[at]++;
        }
    }

    private void Count(uint context, ushort symbol) => _counts.BlendAndLearn(Uniform, context, symbol);

    private int Code(uint context, ushort symbol) => FixedLog.CodeLength(_counts.Blend(Uniform, context, symbol));

    private int Code(uint shorter, uint longer, ushort symbol) =>
        FixedLog.CodeLength(_counts.Blend(_counts.Blend(Uniform, shorter, symbol), longer, symbol));
}

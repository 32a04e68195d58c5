using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Logs;

/// <summary>
/// Codes what kind of record an event is before it says anything: severity, event name, attribute keys and the shape of the first
/// <see cref="RecordKind.MaxRuns"/> character runs of the body. A known kind costs -log2 of its share; a new one the escape, -log2 of
/// kinds per event, and then its parts in the contexts of all kinds known so far. A line of another system betrays itself here.
/// </summary>
internal sealed class HeaderModel(int room)
{
    public const int MaxSlots = 4096;
    public const int MaxKindSlots = 1024;

    private const double Uniform = 1.0 / 64;
    private const uint Anywhere = 1u << 24;
    private const uint AfterRun = 2u << 24;
    private const uint AtPosition = 3u << 24;
    private const uint AtPositionAfterRun = 4u << 24;
    private const uint Slot = 5u << 24;
    private const uint SlotAfter = 6u << 24;

    /// <summary>Symbols of the parts of kinds, each learned once a kind.</summary>
    public CountTable Counts { get; } = new(MaxSlots * room);

    public SeenTable Kinds { get; } = new(MaxKindSlots);

    /// <summary>Events learned, those of forgotten kinds left out.</summary>
    public ulong Events { get; set; }

    /// <summary>Kinds that are not in <see cref="Kinds"/> but count: those of a stream that a window did not touch.</summary>
    public int KindsElsewhere { get; set; }

    /// <summary>Scores and learns; returns the code length in units of 1/65,536 bit.</summary>
    /// <param name="view">The event as judged.</param>
    /// <param name="window">Ordinal of the window.</param>
    /// <param name="trace">Where each bit belongs; null in the steady state.</param>
    public int ScoreAndLearn(in EventView view, int window, BitTrace? trace)
    {
        Span<ushort> symbols = stackalloc ushort[RecordKind.MaxSymbols];
        Span<int> starts = trace is null ? default : stackalloc int[RecordKind.MaxSymbols + 1];
        var hash = RecordKind.Read(view, symbols, out var count, starts);
        ref var kind = ref Kinds.Find(hash);
        // + 1: the distinct kinds seen count as much as the events, as in Witten and Bell's escape.
        double kinds = Kinds.Count + KindsElsewhere + 1;
        var all = Events + kinds;
        Events++;
        if (kind.Count > 0)
        {
            var known = FixedLog.CodeLength(kind.Count / all);
            kind.Count++;
            kind.LastWindow = window;
            if (trace is not null) trace.Structure = known;
            return known;
        }
        var bits = FixedLog.CodeLength(kinds / all);
        Kinds.Add(hash, 1, window, isError: false);
        bits += CodeSlots(symbols);
        if (trace is not null) trace.Structure = bits;
        return bits + CodeRuns(symbols[RecordKind.Slots..count], starts, trace);
    }

    private int CodeSlots(ReadOnlySpan<ushort> symbols)
    {
        var bits = 0;
        ushort previous = 0;
        for (uint slot = 0; slot < RecordKind.Slots; slot++)
        {
            var symbol = symbols[(int)slot];
            var probability = Counts.BlendAndLearn(Uniform, Slot | (slot << 16), symbol);
            probability = Counts.BlendAndLearn(probability, SlotAfter | (slot << 16) | previous, symbol);
            bits += FixedLog.CodeLength(probability);
            previous = symbol;
        }
        return bits;
    }

    private int CodeRuns(ReadOnlySpan<ushort> runs, ReadOnlySpan<int> starts, BitTrace? trace)
    {
        var bits = 0;
        uint previous = 0;
        for (var i = 0; i < runs.Length; i++)
        {
            var position = (uint)i;
            var symbol = runs[i];
            var probability = Counts.BlendAndLearn(Uniform, Anywhere, symbol);
            probability = Counts.BlendAndLearn(probability, AfterRun | previous, symbol);
            probability = Counts.BlendAndLearn(probability, AtPosition | (position << 16), symbol);
            probability = Counts.BlendAndLearn(probability, AtPositionAfterRun | (position << 16) | previous, symbol);
            var cost = FixedLog.CodeLength(probability);
            bits += cost;
            trace?.AddHeader(starts[i], starts[i + 1] - starts[i], cost);
            previous = symbol;
        }
        return bits;
    }
}

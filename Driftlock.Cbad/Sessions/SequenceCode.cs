using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Sessions;

/// <summary>What a session's order of events cost.</summary>
/// <param name="Total">Sum over the events and the end, in units of 1/65,536 bit.</param>
/// <param name="Max">The dearest of them, in the same unit.</param>
/// <param name="At">Index of the dearest event; the number of events when it is the end.</param>
internal readonly record struct SequenceScore(long Total, int Max, int At);

/// <summary>
/// Codes each event given the two before it: Witten-Bell escape from "any template" over "any position" and "after this event" to
/// "after these two". The end of the session is a symbol too. A template never seen costs four bits more than the rarest known one.
/// </summary>
/// <param name="templates">The templates that sessions were made of.</param>
/// <param name="maxSlots">Of the table; a power of two.</param>
internal sealed class SequenceCode(SessionTemplates templates, int maxSlots)
{
    /// <summary>Counts are halved when they sum to more events than this, and when the table is crowded.</summary>
    public const int MostEvents = 1 << 22;

    private const double UnknownShare = 1.0 / 16;
    private const ulong Start = 0x5e5510;
    private const uint Anywhere = 1;

    public CountTable Counts { get; } = new(maxSlots);

    public SequenceScore Score(ReadOnlySpan<ulong> events)
    {
        long total = 0;
        var max = 0;
        var at = 0;
        var before = Start;
        var last = Start;
        for (var i = 0; i <= events.Length; i++)
        {
            var symbol = i == events.Length ? SessionTemplates.End : templates.SymbolOf(events[i]);
            var bits = FixedLog.CodeLength(Probability(before, last, symbol));
            total += bits;
            if (bits > max)
            {
                max = bits;
                at = i;
            }
            if (i == events.Length) break;
            before = last;
            last = events[i];
        }
        return new SequenceScore(total, max, at);
    }

    /// <param name="events">The session.</param>
    /// <param name="session">Its number.</param>
    public void Learn(ReadOnlySpan<ulong> events, long session)
    {
        if (Counts.IsCrowded || Counts.Get(Anywhere, CountTable.Total).Count > MostEvents) Counts.Age();
        var before = Start;
        var last = Start;
        for (var i = 0; i <= events.Length; i++)
        {
            var symbol = i == events.Length ? SessionTemplates.End : templates.Meet(events[i], session);
            Counts.BlendAndLearn(1, Anywhere, symbol);
            Counts.BlendAndLearn(1, After(last), symbol);
            Counts.BlendAndLearn(1, After(before, last), symbol);
            if (i == events.Length) break;
            before = last;
            last = events[i];
        }
    }

    /// <summary>What one event of a session costs, in units of 1/65,536 bit.</summary>
    /// <param name="events">The session.</param>
    /// <param name="index">0 to the number of events (the end).</param>
    public int CodeLength(ReadOnlySpan<ulong> events, int index) => FixedLog.CodeLength(Probability(
        index > 1 ? events[index - 2] : Start, index > 0 ? events[index - 1] : Start,
        index == events.Length ? SessionTemplates.End : templates.SymbolOf(events[index])));

    /// <summary>What was to be expected at an index, likeliest first.</summary>
    /// <param name="events">The session.</param>
    /// <param name="index">0 to the number of events (the end).</param>
    /// <param name="most">How many to name.</param>
    public IReadOnlyList<ExpectedEvent> Expected(ReadOnlySpan<ulong> events, int index, int most)
    {
        var last = index > 0 ? events[index - 1] : Start;
        var before = index > 1 ? events[index - 2] : Start;
        var context = new[] { After(before, last), After(last), Anywhere }.First(c => c == Anywhere || Counts.Get(c, CountTable.Total).Count > 0);
        return
        [
            .. Counts.Entries().Where(entry => entry.Context == context && entry.Symbol != CountTable.Total)
                .OrderByDescending(entry => entry.Count).ThenBy(entry => entry.Symbol).Take(most)
                .Select(entry => new ExpectedEvent(
                    entry.Symbol == SessionTemplates.End ? 0 : templates.TemplateOf(entry.Symbol), Probability(before, last, entry.Symbol))),
        ];
    }

    public void Save(ByteBuffer target) => Counts.Save(target);

    public void Load(scoped ref ReadOnlySpan<byte> source) => Counts.Load(ref source);

    private double Probability(ulong before, ulong last, ushort symbol)
    {
        var probability = 1.0 / (templates.Count + 1);
        if (symbol == SessionTemplates.Unknown) probability *= UnknownShare;
        probability = Blend(probability, Anywhere, symbol);
        probability = Blend(probability, After(last), symbol);
        return Blend(probability, After(before, last), symbol);
    }

    private double Blend(double probability, uint context, ushort symbol)
    {
        var (count, distinct) = Counts.Get(context, CountTable.Total);
        if (count == 0) return probability;
        return (Counts.Get(context, symbol).Count + (distinct * probability)) / ((double)count + distinct);
    }

    private static uint After(ulong last) => Fold(last * 0xd6e8feb86659fd93);

    private static uint After(ulong before, ulong last) => Fold((before * 0xa0761d6478bd642f) ^ (last * 0xe7037ed1a0b428db) ^ 0x2545f4914f6cdd1d);

    // Bit 1 is always set: context 0 means an empty entry and 1 is the context of everything.
    private static uint Fold(ulong mixed) => (uint)((mixed ^ (mixed >> 29)) * 0xbf58476d1ce4e5b9 >> 32) | 2;
}

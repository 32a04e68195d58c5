using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Sessions;

/// <summary>
/// What complete sessions of one stream look like, learned one after the other: the order of their events, the number of each
/// template, and which combinations of numbers there were. At most <see cref="MaxBytes"/> (less with a smaller capacity); each part says what it forgets.
/// </summary>
internal sealed class SessionModel
{
    public const long MaxBytes = 1 << 20;

    private readonly CountedSession _counted = new();
    private readonly SessionCapacity _capacity;

    /// <param name="capacity">Null: <see cref="SessionCapacity.Whole"/>.</param>
    public SessionModel(SessionCapacity? capacity = null)
    {
        _capacity = capacity ?? SessionCapacity.Whole;
        Templates = new SessionTemplates(_capacity.Templates);
        Sequence = new SequenceCode(Templates, _capacity.SequenceSlots);
        Counts = new CountCode(_capacity.CountSlots);
        Vectors = new CountVectors(_capacity.Vectors, _capacity.VectorEntries);
    }

    public SessionTemplates Templates { get; }

    public SequenceCode Sequence { get; }

    public CountCode Counts { get; }

    public CountVectors Vectors { get; }

    /// <summary>Sessions learned.</summary>
    public long Sessions { get; private set; }

    public long Bytes => Templates.Bytes + Sequence.Counts.Bytes + Counts.Counts.Bytes + Vectors.Bytes + _counted.Bytes;

    /// <summary>What the session costs under all that was learned; nothing is learned.</summary>
    /// <param name="events">A template hash an event (<see cref="Logs.TokenTemplate.Hash"/>), in order.</param>
    public SessionScore Score(ReadOnlySpan<ulong> events)
    {
        events = Head(events);
        _counted.Take(events);
        return new SessionScore(
            Sequence.Score(events), Counts.Score(_counted, Templates), Counts.CodeLength(CountCode.Length, events.Length), Vectors.Distance(_counted));
    }

    /// <summary>Names what cost most and what is usual instead.</summary>
    /// <param name="events">As scored: the model must not have learned anything since.</param>
    /// <param name="most">Most expected events, and most counts.</param>
    public SessionExplanation Explain(ReadOnlySpan<ulong> events, int most = 3)
    {
        events = Head(events);
        var score = Score(events);
        var counts = new List<UnusualCount>();
        foreach (var template in Templates.Hashes) counts.Add(Count(template, _counted.CountOf(template)));
        foreach (var entry in _counted.Entries)
        {
            if (Templates.SymbolOf(entry) != SessionTemplates.Unknown) continue;
            counts.Add(Count(entry & ~(ulong)CountedSession.MaxCount, (int)(entry & CountedSession.MaxCount)));
        }
        return new SessionExplanation(
            score, score.Sequence.At, Sequence.Expected(events, score.Sequence.At, most),
            [.. counts.OrderByDescending(count => count.Bits).Take(most)], Count(CountCode.Length, events.Length));
    }

    public void Learn(ReadOnlySpan<ulong> events)
    {
        events = Head(events);
        _counted.Take(events);
        Sequence.Learn(events, Sessions);
        Counts.Learn(_counted);
        Vectors.Learn(_counted, Sessions);
        Sessions++;
    }

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)Sessions);
        Templates.Save(target);
        Sequence.Save(target);
        Counts.Save(target);
        Vectors.Save(target);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        Sessions = (long)Varint.Read(ref source);
        Templates.Load(ref source);
        Sequence.Load(ref source);
        Counts.Load(ref source);
        Vectors.Load(ref source);
    }

    private ReadOnlySpan<ulong> Head(ReadOnlySpan<ulong> events) => events[..Math.Min(events.Length, _capacity.Events)];

    private UnusualCount Count(ulong template, int count)
    {
        var (usual, share) = Counts.Usual(template);
        return new UnusualCount(template, count, usual, share, Counts.CodeLength(template, count));
    }
}

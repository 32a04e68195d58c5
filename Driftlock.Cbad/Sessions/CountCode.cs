using System.Numerics;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Sessions;

/// <summary>What the numbers of a session's templates cost.</summary>
/// <param name="Total">Sum over all known templates and those of the session, absent ones included, in units of 1/65,536 bit.</param>
/// <param name="Max">The dearest template, in the same unit.</param>
/// <param name="Template">Its hash, or its upper 48 bits when the template was never seen before.</param>
/// <param name="Missing">The dearest template of those that are absent, in the same unit.</param>
internal readonly record struct CountScore(long Total, int Max, ulong Template, int Missing);

/// <summary>
/// Codes how often each template occurs in a session: what is missing, and what is too many. With n sessions learned, c of them
/// with this count of the template and d distinct counts other than 0 seen, the count costs -log2((c + b/2) / (n + (d+1)/2)), where b is 1/2
/// for a count that was seen and 2^-(1+distance to the nearest one) for one that was not. The length of the session is coded in the same way.
/// </summary>
/// <param name="maxSlots">Of the table; a power of two.</param>
internal sealed class CountCode(int maxSlots)
{
    /// <summary>Counts are halved at this many sessions, and when the table is crowded.</summary>
    public const int MostSessions = 1 << 20;

    /// <summary>The number of events, told like the count of a template. No template hash is this small.</summary>
    public const ulong Length = 1;

    private const int ExactCounts = 16;
    private const int FarthestNeighbour = 16;

    /// <summary>Per template how many sessions held it at all (<see cref="CountTable.Total"/>) and how many had each count.</summary>
    public CountTable Counts { get; } = new(maxSlots);

    /// <summary>Sessions learned; halved whenever the counts are.</summary>
    public int Sessions { get; private set; }

    /// <summary>Everything about a session's counts except its length.</summary>
    public CountScore Score(CountedSession session, SessionTemplates templates)
    {
        long total = 0;
        var max = 0;
        ulong dearest = 0;
        var missing = 0;
        foreach (var template in templates.Hashes) Take(template, session.CountOf(template));
        foreach (var entry in session.Entries)
            if (templates.SymbolOf(entry) == SessionTemplates.Unknown) Take(entry & ~(ulong)CountedSession.MaxCount, (int)(entry & CountedSession.MaxCount));
        return new CountScore(total, max, dearest, missing);

        void Take(ulong template, int count)
        {
            var bits = CodeLength(template, count);
            total += bits;
            if (count == 0) missing = Math.Max(missing, bits);
            if (bits <= max) return;
            max = bits;
            dearest = template;
        }
    }

    /// <summary>The code length of one template's count, or of the length of the session, in units of 1/65,536 bit.</summary>
    public int CodeLength(ulong template, int count)
    {
        var context = ContextOf(template);
        var (present, distinct) = Counts.Get(context, CountTable.Total);
        var bucket = Bucket(count);
        double seen = CountAt(context, bucket, present);
        var share = 0.5;
        if (seen == 0)
        {
            for (var distance = 1; distance <= FarthestNeighbour; distance++)
            {
                share *= 0.5;
                if (CountAt(context, bucket - distance, present) > 0 || CountAt(context, bucket + distance, present) > 0) break;
            }
        }
        return FixedLog.CodeLength((seen + (0.5 * share)) / (Sessions + (0.5 * (distinct + 1))));
    }

    public void Learn(CountedSession session)
    {
        if (Counts.IsCrowded || Sessions == MostSessions)
        {
            Counts.Age();
            Sessions /= 2;
        }
        Sessions++;
        foreach (var entry in session.Entries) Counts.BlendAndLearn(1, ContextOf(entry), (ushort)Bucket((int)(entry & CountedSession.MaxCount)));
        Counts.BlendAndLearn(1, ContextOf(Length), (ushort)Bucket(session.Length));
    }

    /// <summary>The count that most sessions have, and its share of them.</summary>
    public (int Count, double Share) Usual(ulong template)
    {
        if (Sessions == 0) return (0, 0);
        var context = ContextOf(template);
        var count = 0;
        var most = Sessions - Counts.Get(context, CountTable.Total).Count;
        foreach (var entry in Counts.Entries().Where(entry => entry.Context == context && entry.Symbol != CountTable.Total).OrderBy(entry => entry.Symbol))
        {
            if (entry.Count <= most) continue;
            most = entry.Count;
            count = Unbucket(entry.Symbol);
        }
        return (count, most / (double)Sessions);
    }

    /// <summary>The share of sessions that hold the template at all.</summary>
    public double ShareWith(ulong template) => Sessions == 0 ? 0 : Counts.Get(ContextOf(template), CountTable.Total).Count / (double)Sessions;

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)Sessions);
        Counts.Save(target);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        Sessions = (int)Varint.Read(ref source);
        Counts.Load(ref source);
    }

    private uint CountAt(uint context, int bucket, uint present) => bucket switch
    {
        < 0 => 0,
        0 => (uint)Sessions - present,
        _ => Counts.Get(context, (ushort)bucket).Count,
    };

    // Exact to 16, then eight buckets an octave: 100 and 101 events are the same to a reader of logs, 2 and 3 are not.
    private static int Bucket(int count)
    {
        if (count < ExactCounts) return count;
        var octave = 31 - BitOperations.LeadingZeroCount((uint)count);
        return ExactCounts + ((octave - 4) << 3) + ((count >> (octave - 3)) & 7);
    }

    private static int Unbucket(int bucket)
    {
        if (bucket < ExactCounts) return bucket;
        var octave = 4 + ((bucket - ExactCounts) >> 3);
        return (8 + ((bucket - ExactCounts) & 7)) << (octave - 3);
    }

    private static uint ContextOf(ulong template)
    {
        var mixed = (template >> 16) * 0x9fb21c651e98df25;
        return (uint)(mixed >> 32) | 1;
    }
}

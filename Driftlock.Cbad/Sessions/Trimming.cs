using Driftlock.Cbad.Coding;

namespace Driftlock.Cbad.Sessions;

/// <summary>
/// Finds training sessions that are not like the rest, so that a fault in the past does not excuse the same fault later. Two statistics
/// are looked at, -ln p of the dearest event and the dearest count together, and the bits of all counts. Where the body of each, drawn
/// on as an exponential, leaves <see cref="TrimmedTail.Share"/>, a cut is made; what lies beyond either is taken out, everything is
/// scored again without it, and so on until the cuts settle.
/// </summary>
/// <remarks>
/// Sessions that are merely rare must stay, or their like would be alarms for ever. So nothing is taken out unless
/// at least half of the foreseen share lies beyond the first cut, most of that is unusual in more than one count at once (no single
/// rare count costs more than log2 n + 2 bits), and no more than <see cref="MostShare"/> goes in the end.
/// </remarks>
internal static class Trimming
{
    /// <summary>More than this many is no accident but part of what is normal.</summary>
    public const double MostShare = 0.04;

    private const int MostRounds = 6;
    private const double SlackBits = 2;

    /// <param name="sessions">Template hashes, session by session, oldest first.</param>
    /// <param name="scores">Cross-fitted; replaced by the scores without what is taken out.</param>
    /// <returns>Which sessions to keep.</returns>
    public static bool[] Keep(IReadOnlyList<ReadOnlyMemory<ulong>> sessions, ref SessionScore[] scores)
    {
        var all = new bool[sessions.Count];
        Array.Fill(all, true);
        if (sessions.Count <= CrossFit.LeaveOneOut) return all;
        // A kind of session that is rare and dear by one event can make the first statistic useless and leave the second as it is.
        return TryKeep(sessions, all, withDearest: true, ref scores) ?? TryKeep(sessions, all, withDearest: false, ref scores) ?? all;
    }

    private static bool[]? TryKeep(IReadOnlyList<ReadOnlyMemory<ulong>> sessions, bool[] all, bool withDearest, ref SessionScore[] scores)
    {
        var kept = all;
        var current = scores;
        for (var round = 0; round < MostRounds; round++)
        {
            var next = BelowCut(current, kept, withDearest);
            var outside = next.Count(keep => !keep);
            if (outside > MostShare * next.Length || (round == 0 && !IsContaminated(current, next, outside))) return null;
            if (next.AsSpan().SequenceEqual(kept)) break;
            kept = next;
            current = CrossFit.Score(sessions, kept);
        }
        scores = current;
        return kept;
    }

    private static bool[] BelowCut(SessionScore[] scores, bool[] kept, bool withDearest)
    {
        var total = scores.Select(score => (double)score[SessionScore.CountTotal]).ToArray();
        var totalCut = Math.Max(Cut(total, kept), SingleCount(scores.Length));
        var below = total.Select(value => value <= totalCut).ToArray();
        if (!withDearest) return below;
        var ranking = new SessionRanking();
        for (var i = 0; i < scores.Length; i++)
            if (kept[i]) ranking.AddParts(scores[i]);
        var dearest = scores.Select((score, i) =>
            ranking.Surprise(score, SessionScore.SequenceMax, kept[i]) + ranking.Surprise(score, SessionScore.CountMax, kept[i])).ToArray();
        var dearestCut = Cut(dearest, kept);
        for (var i = 0; i < below.Length; i++) below[i] &= dearest[i] <= dearestCut;
        return below;
    }

    private static double Cut(double[] values, bool[] kept)
    {
        var body = values.Where((_, i) => kept[i]).Order().ToArray();
        var median = body[body.Length / 2];
        var start = body[(int)(body.Length * (1 - TrimmedTail.BodyShare))];
        return start + ((start - median) / ExactMath.Log(0.5 / TrimmedTail.BodyShare) * ExactMath.Log(TrimmedTail.BodyShare / TrimmedTail.Share));
    }

    private static bool IsContaminated(SessionScore[] scores, bool[] kept, int outside)
    {
        if (outside < TrimmedTail.Share / 2 * scores.Length) return false;
        var several = 0;
        for (var i = 0; i < scores.Length; i++)
            if (!kept[i] && scores[i].Count.Total > SingleCount(scores.Length)) several++;
        return 2 * several > outside;
    }

    /// <summary>More than one count alone can cost, in units of 1/65,536 bit.</summary>
    private static double SingleCount(int sessions) => FixedLog.CodeLength(1.0 / sessions) + (SlackBits * FixedLog.One);
}

using Driftlock.Cbad.Coding;

namespace Driftlock.Cbad.Sessions;

/// <summary>
/// Finds training sessions that are not like the rest, so that a fault in the past does not excuse the same fault later. Where the body of the
/// evidence (dearest event and dearest count), drawn on as an exponential, leaves <see cref="TrimmedTail.Share"/>, a cut is made; what
/// lies beyond is taken out, everything is scored again without it, and so on until the cut settles.
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
        var kept = all;
        var current = scores;
        for (var round = 0; round < MostRounds; round++)
        {
            var next = BelowCut(current, kept);
            var outside = next.Count(keep => !keep);
            if (outside > MostShare * next.Length || (round == 0 && !IsContaminated(current, next, outside))) return all;
            if (next.AsSpan().SequenceEqual(kept)) break;
            kept = next;
            current = CrossFit.Score(sessions, kept);
        }
        scores = current;
        return kept;
    }

    private static bool[] BelowCut(SessionScore[] scores, bool[] kept)
    {
        var ranking = new SessionRanking();
        for (var i = 0; i < scores.Length; i++)
            if (kept[i]) ranking.AddParts(scores[i]);
        var evidence = new double[scores.Length];
        var body = new List<double>(scores.Length);
        for (var i = 0; i < scores.Length; i++)
        {
            evidence[i] = ranking.Surprise(scores[i], SessionScore.SequenceMax, kept[i]) + ranking.Surprise(scores[i], SessionScore.CountMax, kept[i]);
            if (kept[i]) body.Add(evidence[i]);
        }
        body.Sort();
        var median = body[body.Count / 2];
        var start = body[(int)(body.Count * (1 - TrimmedTail.BodyShare))];
        var cut = start + ((start - median) / ExactMath.Log(0.5 / TrimmedTail.BodyShare) * ExactMath.Log(TrimmedTail.BodyShare / TrimmedTail.Share));
        return [.. evidence.Select(value => value <= cut)];
    }

    private static bool IsContaminated(SessionScore[] scores, bool[] kept, int outside)
    {
        if (outside < TrimmedTail.Share / 2 * scores.Length) return false;
        var single = FixedLog.CodeLength(1.0 / scores.Length) + (SlackBits * FixedLog.One);
        var several = 0;
        for (var i = 0; i < scores.Length; i++)
            if (!kept[i] && scores[i].Count.Total > single) several++;
        return 2 * several > outside;
    }
}

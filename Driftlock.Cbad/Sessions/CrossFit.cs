namespace Driftlock.Cbad.Sessions;

/// <summary>
/// Scores training sessions as if they were new: each tenth, in order of time, under a model of the other nine, or each
/// one under all others where there are few. A tenth in one piece keeps what happened together out of its own model.
/// </summary>
internal static class CrossFit
{
    public const int Folds = 10;

    /// <summary>Up to this many sessions each is left out alone.</summary>
    public const int LeaveOneOut = 200;

    /// <param name="sessions">Template hashes, session by session, oldest first.</param>
    /// <param name="kept">Which of them models may learn; the others are scored under all that are kept.</param>
    public static SessionScore[] Score(IReadOnlyList<ReadOnlyMemory<ulong>> sessions, ReadOnlySpan<bool> kept)
    {
        var scores = new SessionScore[sessions.Count];
        var order = new int[sessions.Count];
        var n = 0;
        for (var i = 0; i < order.Length; i++)
            if (kept[i]) order[n++] = i;
        var folds = n <= LeaveOneOut ? n : Folds;
        for (var fold = 0; fold < folds; fold++)
        {
            var from = (int)((long)n * fold / folds);
            var to = (int)((long)n * (fold + 1) / folds);
            var model = new SessionModel();
            for (var i = 0; i < n; i++)
                if (i < from || i >= to) model.Learn(sessions[order[i]].Span);
            for (var i = from; i < to; i++) scores[order[i]] = model.Score(sessions[order[i]].Span);
        }
        if (n == sessions.Count) return scores;
        var whole = Fit(sessions, kept);
        for (var i = 0; i < scores.Length; i++)
            if (!kept[i]) scores[i] = whole.Score(sessions[i].Span);
        return scores;
    }

    /// <summary>A model of the kept sessions.</summary>
    public static SessionModel Fit(IReadOnlyList<ReadOnlyMemory<ulong>> sessions, ReadOnlySpan<bool> kept)
    {
        var model = new SessionModel();
        for (var i = 0; i < kept.Length; i++)
            if (kept[i]) model.Learn(sessions[i].Span);
        return model;
    }
}

namespace Driftlock.Cli.Eval;

/// <summary>
/// What came of flagging some windows of streams with one known episode each. A flagged window is a true discovery when it holds a line
/// of its stream's episode; the window after it does not count, for by then the stream is as it was.
/// </summary>
/// <param name="True">Flagged windows that overlap an episode.</param>
/// <param name="False">Flagged windows that overlap none.</param>
/// <param name="JustAfter">Of the false ones, those that follow directly on a window of the episode.</param>
/// <param name="Found">By stream: whether one of its episode's windows was flagged.</param>
internal sealed record Discoveries(int True, int False, int JustAfter, bool[] Found)
{
    /// <summary>The share of false discoveries; 0 where nothing was flagged.</summary>
    public double FalseShare => False / (double)Math.Max(1, True + False);

    /// <summary>The share of episodes that were found.</summary>
    public double Power => Found.Count(found => found) / (double)Found.Length;

    public static Discoveries Count(IReadOnlyList<InjectedStream> streams, IReadOnlyList<JudgedWindow> windows, Func<int, bool> isFlagged)
    {
        int right = 0, wrong = 0, after = 0;
        var found = new bool[streams.Count];
        for (var i = 0; i < windows.Count; i++)
        {
            if (!isFlagged(i)) continue;
            var window = windows[i];
            var stream = streams[window.Stream];
            if (stream.IsHitBy(window))
            {
                right++;
                found[window.Stream] = true;
                continue;
            }
            wrong++;
            var before = window with { First = (2 * window.First) - window.End, End = window.First };
            if (stream.IsHitBy(before)) after++;
        }
        return new Discoveries(right, wrong, after, found);
    }
}

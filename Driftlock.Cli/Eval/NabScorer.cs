namespace Driftlock.Cli.Eval;

/// <summary>
/// The score of the Numenta Anomaly Benchmark (Lavin and Ahmad 2015, arXiv 1510.03336): one threshold for the whole corpus, the
/// earliest rows of a file on probation, each window paid once by its best row, every row outside paid by its distance from the
/// last window. 0 is a detector that never flags, 100 one that flags the first row of each window and nothing else.
/// </summary>
internal static class NabScorer
{
    /// <summary>Rows that are not scored: the first 15 % of a file, at most 750.</summary>
    public static int Probation(int rows) => Math.Min((int)(0.15 * rows), 750);

    /// <summary>The threshold with the highest score, over all emitted scores; positive infinity when silence is best.</summary>
    /// <param name="scores">One array a file, one score a row.</param>
    public static (double Score, double Threshold) Sweep(IReadOnlyList<NabFile> files, IReadOnlyList<double[]> scores, NabProfile profile)
    {
        var rows = new List<(double Score, double Flagged, int Window, double Found)>();
        var windows = 0;
        for (var f = 0; f < files.Count; f++)
        {
            AddRows(files[f], scores[f], profile, windows, rows);
            windows += files[f].Windows.Count;
        }
        rows.Sort((a, b) => b.Score.CompareTo(a.Score));
        var best = new double[windows];
        Array.Fill(best, -profile.Missed);
        var raw = -profile.Missed * windows;
        var (top, threshold) = (raw, double.PositiveInfinity);
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            if (row.Window < 0)
            {
                raw += row.Flagged;
            }
            else if (row.Found > best[row.Window])
            {
                raw += row.Found - best[row.Window];
                best[row.Window] = row.Found;
            }
            if (i + 1 < rows.Count && rows[i + 1].Score == row.Score) continue;
            if (raw > top) (top, threshold) = (raw, row.Score);
        }
        return (Normalise(top, windows, profile), threshold);
    }

    /// <summary>The score of flagging each row whose score is at least <paramref name="threshold"/>.</summary>
    public static double At(IReadOnlyList<NabFile> files, IReadOnlyList<double[]> scores, NabProfile profile, double threshold)
    {
        var raw = files.Select((file, f) => Raw(file, scores[f], profile, threshold)).Sum();
        return Normalise(raw, files.Sum(file => file.Windows.Count), profile);
    }

    /// <summary>What one file adds before normalisation; -missed a window for a detector that never flags.</summary>
    public static double Raw(NabFile file, double[] scores, NabProfile profile, double threshold)
    {
        var rows = new List<(double Score, double Flagged, int Window, double Found)>();
        AddRows(file, scores, profile, 0, rows);
        var best = new double[file.Windows.Count];
        Array.Fill(best, -profile.Missed);
        var raw = 0.0;
        foreach (var row in rows.Where(row => row.Score >= threshold))
        {
            if (row.Window < 0) raw += row.Flagged;
            else best[row.Window] = Math.Max(best[row.Window], row.Found);
        }
        return raw + best.Sum();
    }

    /// <summary>100 (raw - null) / (perfect - null); a corpus without windows has no such scale and scores its raw value.</summary>
    public static double Normalise(double raw, int windows, NabProfile profile) =>
        windows == 0 ? raw : 100 * (raw + (profile.Missed * windows)) / ((profile.Found + profile.Missed) * windows);

    private static void AddRows(NabFile file, double[] scores, NabProfile profile, int firstWindow, List<(double, double, int, double)> rows)
    {
        var next = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            while (next < file.Windows.Count && file.Windows[next].Last < i) next++;
            if (i < Probation(scores.Length)) continue;
            if (next < file.Windows.Count && file.Windows[next].First <= i)
            {
                var (first, last) = file.Windows[next];
                var place = -(last - i + 1) / (double)(last - first + 1);
                rows.Add((scores[i], 0, firstWindow + next, profile.Found * Sigmoid(place) / Sigmoid(-1)));
                continue;
            }
            var flagged = -profile.Flagged;
            if (next > 0)
            {
                var (first, last) = file.Windows[next - 1];
                flagged = profile.Flagged * Sigmoid((i - last) / (double)(last - first));
            }
            rows.Add((scores[i], flagged, -1, 0));
        }
    }

    private static double Sigmoid(double place) => place > 3 ? -1 : (2 / (1 + Math.Exp(5 * place))) - 1;
}

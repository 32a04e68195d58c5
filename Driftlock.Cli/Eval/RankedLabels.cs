namespace Driftlock.Cli.Eval;

/// <summary>How well scores rank labelled rows, row by row: no row is credited for its neighbours (no point adjustment).</summary>
internal static class RankedLabels
{
    /// <summary>Average precision (the area under the precision-recall steps) and the best F1 over all thresholds; ties go together.</summary>
    public static (double AucPr, double BestF1) Judge(double[] scores, bool[] labels)
    {
        var order = Enumerable.Range(0, scores.Length).ToArray();
        Array.Sort(order, (a, b) => scores[b].CompareTo(scores[a]));
        var positives = labels.Count(label => label);
        if (positives == 0) return (0, 0);
        var (found, seen, area, best, recall) = (0, 0, 0.0, 0.0, 0.0);
        while (seen < order.Length)
        {
            var score = scores[order[seen]];
            while (seen < order.Length && scores[order[seen]] == score) found += labels[order[seen++]] ? 1 : 0;
            var next = found / (double)positives;
            area += (next - recall) * found / seen;
            recall = next;
            best = Math.Max(best, 2.0 * found / (seen + positives));
        }
        return (area, best);
    }
}

namespace Driftlock.Cli.Eval;

/// <summary>What a detector said about one labelled item.</summary>
/// <param name="Score">Larger is more unusual.</param>
/// <param name="PValue">For a fixed level.</param>
/// <param name="BudgetPValue">For deciding all items at one error rate.</param>
/// <param name="IsAnomaly">The label.</param>
/// <param name="Weight">How many items it stands for.</param>
internal readonly record struct Judged(double Score, double PValue, double BudgetPValue, bool IsAnomaly, double Weight);

/// <summary>What came of flagging some items. Weighted, except that nothing flagged has a false discovery rate of 0.</summary>
internal readonly record struct Detection(double F1, double FalsePositiveRate, double Recall, double FalseDiscoveryRate);

/// <summary>Measures of a detector on labelled items.</summary>
internal static class DetectionMeasures
{
    /// <summary>The chance that an anomaly scores above a normal item; ties count half. 0.5 where one of the two is missing.</summary>
    public static double Auc(Judged[] items)
    {
        var sorted = items.OrderBy(item => item.Score).ToArray();
        double below = 0, wins = 0, anomalies = 0;
        for (var i = 0; i < sorted.Length;)
        {
            double normalTies = 0, anomalyTies = 0;
            var score = sorted[i].Score;
            for (; i < sorted.Length && sorted[i].Score == score; i++)
            {
                if (sorted[i].IsAnomaly) anomalyTies += sorted[i].Weight;
                else normalTies += sorted[i].Weight;
            }
            wins += anomalyTies * (below + (normalTies / 2));
            below += normalTies;
            anomalies += anomalyTies;
        }
        return anomalies * below == 0 ? 0.5 : wins / (anomalies * below);
    }

    /// <summary>F1 at the threshold that suits the labels best: what no detector can know.</summary>
    public static double BestF1(Judged[] items)
    {
        var sorted = items.OrderByDescending(item => item.Score).ToArray();
        var anomalies = items.Where(item => item.IsAnomaly).Sum(item => item.Weight);
        double hits = 0, flagged = 0, best = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            flagged += sorted[i].Weight;
            if (sorted[i].IsAnomaly) hits += sorted[i].Weight;
            if (i + 1 < sorted.Length && sorted[i + 1].Score == sorted[i].Score) continue;
            best = Math.Max(best, 2 * hits / (flagged + anomalies));
        }
        return best;
    }

    public static Detection Flag(Judged[] items, Func<Judged, bool> isFlagged)
    {
        double hits = 0, falseAlarms = 0, anomalies = 0, normals = 0;
        foreach (var item in items)
        {
            if (item.IsAnomaly) anomalies += item.Weight;
            else normals += item.Weight;
            if (!isFlagged(item)) continue;
            if (item.IsAnomaly) hits += item.Weight;
            else falseAlarms += item.Weight;
        }
        return new Detection(Share(2 * hits, hits + falseAlarms + anomalies), Share(falseAlarms, normals), Share(hits, anomalies), Share(falseAlarms, hits + falseAlarms));
    }

    /// <summary>The largest p-value that Benjamini and Hochberg (1995) reject at rate q; below 0 when they reject none.</summary>
    public static double BenjaminiHochberg(IEnumerable<double> pValues, double q)
    {
        var sorted = pValues.Order().ToArray();
        for (var i = sorted.Length; i > 0; i--)
            if (sorted[i - 1] <= q * i / sorted.Length) return sorted[i - 1];
        return -1;
    }

    private static double Share(double part, double whole) => whole == 0 ? 0 : part / whole;
}

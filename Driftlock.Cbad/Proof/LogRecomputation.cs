using System.Globalization;
using Driftlock.Cbad.Calibration;

namespace Driftlock.Cbad.Proof;

/// <summary>Computes the ranks and the explanation of a window of log records again from its bundle.</summary>
internal sealed class LogRecomputation(Evidence evidence, EvidenceModel model, Comparison comparison)
{
    /// <summary>The p-value to be tested.</summary>
    public double Run()
    {
        var scored = ScoredWindow.Score(model, evidence.Window.Events, evidence.Window.WindowEvents);
        if (scored.Lines.Count == 0) throw new FormatException("the window holds no event");
        var ranking = Rank(scored.Statistics);
        comparison.Compare("calibration.pValue", evidence.Calibration.PValue, ranking.PValue);
        comparison.Compare("calibration.extrapolated", evidence.Calibration.Extrapolated, ranking.Extrapolated);
        var seed = ulong.Parse(evidence.Stream.Id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) ^ (ulong)evidence.Window.FirstEvent;
        comparison.Compare(evidence.Explanation, WindowExplainer.Explain(
            scored, model, evidence.Window.FirstEvent, ranking.Deciding, ranking.PValue, evidence.Explanation.NearestNormals, seed));
        return ranking.BudgetPValue;
    }

    private WindowRanking Rank(in WindowStatistics statistics)
    {
        var stated = evidence.Calibration.Statistics;
        if (stated.Count != WindowStatistics.Kinds) throw new FormatException("calibration.statistics: there must be six");
        Span<double> pValues = stackalloc double[WindowStatistics.Kinds];
        var extrapolated = false;
        for (var kind = 0; kind < WindowStatistics.Kinds; kind++)
        {
            var unit = WindowStatistics.Units[kind];
            var row = stated[kind];
            int[] largest = [.. row.Scores.Select(score => checked((int)(score * unit)))];
            for (var i = 1; i < largest.Length; i++)
                if (largest[i] > largest[i - 1]) throw new FormatException($"calibration.statistics[{kind}].scores must descend");
            comparison.Compare($"calibration.statistics[{kind}].count", row.Count, evidence.Calibration.Windows);
            comparison.Compare($"calibration.statistics[{kind}].scores", largest.Length, Math.Min(row.Count, ScoreHistory.Kept));
            comparison.Compare($"calibration.statistics[{kind}].name", row.Name, WindowStatistics.Names[kind]);
            comparison.Compare($"calibration.statistics[{kind}].weight", row.Weight, WindowStatistics.Weights[kind]);
            comparison.Compare($"calibration.statistics[{kind}].value", row.Value, statistics[kind] / unit);
            // The list answers ranks inside it; below, the stream's histogram did, and the bundle states the number.
            var value = statistics[kind];
            var listed = largest.Count(score => score >= value);
            if (listed < largest.Length || largest.Length == row.Count) comparison.Compare($"calibration.statistics[{kind}].atLeast", row.AtLeast, listed);
            pValues[kind] = TailProbability.Of(value, largest, row.Count, row.AtLeast, row.Positive, unit, WindowStatistics.TailPowers[kind], out var beyond);
            comparison.Compare($"calibration.statistics[{kind}].pValue", row.PValue, pValues[kind]);
            extrapolated |= beyond;
        }
        return WindowRanking.Combine(pValues, evidence.Calibration.Dispersion, extrapolated);
    }
}

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
        Span<int> values = stackalloc int[WindowStatistics.Kinds];
        for (var kind = 0; kind < values.Length; kind++) values[kind] = statistics[kind];
        var pValues = StatisticRanks.OfLogs.Check(evidence.Calibration, values, comparison, out var extrapolated);
        var units = WindowStatistics.Units.ToArray();
        Span<double> budgetPValues = stackalloc double[WindowStatistics.Kinds];
        for (var kind = 0; kind < values.Length; kind++)
        {
            var row = evidence.Calibration.Statistics[kind];
            int[] largest = [.. row.Scores.Select(score => (int)(score * WindowStatistics.Units[kind]))];
            budgetPValues[kind] = WindowRanking.BudgetTail(kind, pValues[kind], statistics, largest, row.Count, row.AtLeast, row.Positive);
        }
        return WindowRanking.Combine(pValues, budgetPValues, evidence.Calibration.Dispersion, extrapolated);
    }
}

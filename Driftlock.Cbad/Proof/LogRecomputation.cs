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
        comparison.Compare(evidence.Explanation, WindowExplainer.Explain(
            scored, model, evidence.Window.FirstEvent, ranking.Deciding, ranking.PValue, evidence.Explanation.NearestNormals, CompressionPanel.SeedOf(evidence)));
        return ranking.BudgetPValue;
    }

    private WindowRanking Rank(in WindowStatistics statistics)
    {
        Span<int> values = stackalloc int[WindowStatistics.Kinds];
        for (var kind = 0; kind < values.Length; kind++) values[kind] = statistics[kind];
        var pValues = StatisticRanks.OfLogs.Check(evidence.Calibration, values, comparison, out var extrapolated);
        Span<double> budgetPValues = stackalloc double[WindowStatistics.Kinds];
        for (var kind = 0; kind < values.Length; kind++)
        {
            var row = evidence.Calibration.Statistics[kind];
            var largest = StatisticRanks.OfLogs.Largest(evidence.Calibration, kind);
            budgetPValues[kind] = WindowRanking.BudgetTail(kind, pValues[kind], statistics, largest, row.Count, row.AtLeast, row.Positive);
        }
        return WindowRanking.Combine(pValues, budgetPValues, evidence.Calibration.Dispersion, extrapolated);
    }
}

using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Traces;

namespace Driftlock.Cbad.Proof;

/// <summary>The statistics of one kind of window, as evidence names them, and their ranks: stated, and checked against the statement.</summary>
/// <param name="Names">In order.</param>
/// <param name="Labels">For people.</param>
/// <param name="Weights">In the weighted Bonferroni combination.</param>
/// <param name="Scales">What 1 in the evidence is in the units of the values.</param>
/// <param name="Units">As <see cref="TailProbability"/> takes them.</param>
/// <param name="TailPowers">As <see cref="TailProbability"/> takes them.</param>
internal sealed record StatisticRanks(
    IReadOnlyList<string> Names, IReadOnlyList<string> Labels, IReadOnlyList<double> Weights, IReadOnlyList<double> Scales, IReadOnlyList<double> Units,
    IReadOnlyList<int> TailPowers)
{
    public static StatisticRanks OfLogs { get; } = new(
        WindowStatistics.Names, WindowStatistics.Labels, WindowStatistics.Weights.ToArray(), WindowStatistics.Units.ToArray(), WindowStatistics.Units.ToArray(),
        WindowStatistics.TailPowers.ToArray());

    public List<EvidenceStatistic> State(IReadOnlyList<ScoreHistory> histories, ReadOnlySpan<int> values)
    {
        var statistics = new List<EvidenceStatistic>(values.Length);
        for (var kind = 0; kind < values.Length; kind++)
        {
            var history = histories[kind];
            var scale = Scales[kind];
            var atLeast = history.AtLeast(values[kind]);
            var p = TailProbability.Of(values[kind], history.Largest, history.Count, atLeast, history.Positive, Units[kind], TailPowers[kind], out _);
            statistics.Add(new EvidenceStatistic(
                Names[kind], Labels[kind], values[kind] / scale, p, Weights[kind], [.. history.Largest.ToArray().Select(score => score / scale)], history.Count, atLeast,
                history.Positive));
        }
        return statistics;
    }

    /// <summary>The p-values again, from the stated scores.</summary>
    /// <exception cref="FormatException">The statement is not one that the engine makes.</exception>
    /// <exception cref="OverflowException">A score is out of range.</exception>
    public double[] Check(EvidenceCalibration calibration, ReadOnlySpan<int> values, Comparison comparison, out bool extrapolated)
    {
        if (calibration.Statistics.Count != Names.Count) throw new FormatException($"calibration.statistics: there must be {Names.Count}");
        var pValues = new double[Names.Count];
        extrapolated = false;
        for (var kind = 0; kind < pValues.Length; kind++)
        {
            var row = calibration.Statistics[kind];
            var (value, scale) = (values[kind], Scales[kind]);
            var largest = Largest(calibration, kind);
            for (var i = 1; i < largest.Length; i++)
                if (largest[i] > largest[i - 1]) throw new FormatException($"calibration.statistics[{kind}].scores must descend");
            comparison.Compare($"calibration.statistics[{kind}].count", row.Count, calibration.Windows);
            comparison.Compare($"calibration.statistics[{kind}].scores", largest.Length, Math.Min(row.Count, ScoreHistory.Kept));
            comparison.Compare($"calibration.statistics[{kind}].name", row.Name, Names[kind]);
            comparison.Compare($"calibration.statistics[{kind}].weight", row.Weight, Weights[kind]);
            comparison.Compare($"calibration.statistics[{kind}].value", row.Value, value / scale);
            // The list answers ranks inside it; below, the stream's histogram did, and the bundle states the number.
            var listed = largest.Count(score => score >= value);
            if (listed < largest.Length || largest.Length == row.Count) comparison.Compare($"calibration.statistics[{kind}].atLeast", row.AtLeast, listed);
            pValues[kind] = TailProbability.Of(value, largest, row.Count, row.AtLeast, row.Positive, Units[kind], TailPowers[kind], out var beyond);
            comparison.Compare($"calibration.statistics[{kind}].pValue", row.PValue, pValues[kind]);
            extrapolated |= beyond;
        }
        return pValues;
    }

    /// <summary>The ranking of spans or of a trace again, from the stated scores.</summary>
    public WindowRanking CheckRanking(EvidenceCalibration calibration, ReadOnlySpan<int> values, Comparison comparison)
    {
        var pValues = Check(calibration, values, comparison, out var extrapolated);
        var ranking = ScoreCalibration.Combine(pValues, Weights, calibration.Dispersion, extrapolated);
        comparison.Compare("calibration.pValue", calibration.PValue, ranking.PValue);
        comparison.Compare("calibration.extrapolated", calibration.Extrapolated, ranking.Extrapolated);
        return ranking;
    }

    /// <summary>The stated scores of one statistic in the units of its values.</summary>
    /// <exception cref="OverflowException">A score is out of range.</exception>
    public int[] Largest(EvidenceCalibration calibration, int kind) => [.. calibration.Statistics[kind].Scores.Select(score => checked((int)(score * Scales[kind])))];
}

using Driftlock.Cbad.Coding;

namespace Driftlock.Cbad.Calibration;

/// <summary>The p-value of a window, and how it came about.</summary>
/// <param name="Raw">Weighted Bonferroni minimum over the statistics, before the dispersion guard.</param>
/// <param name="PValue">After the guard: Raw ^ (1 / kappa).</param>
/// <param name="BudgetPValue">The same with the severity statistic held at <see cref="SeverityFloor"/> or above, and never below Raw.</param>
/// <param name="Kappa">At least <see cref="StreamCalibration.LeastKappa"/>.</param>
/// <param name="Extrapolated">Some statistic lies above every past value.</param>
/// <param name="Deciding">The statistic with the smallest weighted p-value.</param>
internal readonly record struct WindowRanking(double Raw, double PValue, double BudgetPValue, double Kappa, bool Extrapolated, int Deciding)
{
    /// <summary>The tail of counts of words is not proven below a thousandth, so the error budget is not asked to believe it.</summary>
    public const double SeverityFloor = 1e-3;

    private const int Severity = 2;

    public static WindowRanking Combine(ReadOnlySpan<double> pValues, double kappa, bool extrapolated)
    {
        var raw = 1.0;
        var budget = 1.0;
        var deciding = 0;
        for (var kind = 0; kind < pValues.Length; kind++)
        {
            var weight = WindowStatistics.Weights[kind];
            var p = pValues[kind] / weight;
            if (p < raw)
            {
                raw = p;
                deciding = kind;
            }
            budget = Math.Min(budget, kind == Severity ? Math.Max(pValues[kind], SeverityFloor) / weight : p);
        }
        return new WindowRanking(raw, Guard(raw, kappa), Guard(budget, Math.Max(1, kappa)), kappa, extrapolated, deciding);
    }

    private static double Guard(double raw, double kappa) => raw >= 1 ? raw : ExactMath.Exp(ExactMath.Log(raw) / kappa);
}

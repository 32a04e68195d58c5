using Driftlock.Cbad.Coding;

namespace Driftlock.Cbad.Calibration;

/// <summary>The p-value of a window, and how it came about.</summary>
/// <param name="Raw">Weighted Bonferroni minimum over the statistics, before the dispersion guard.</param>
/// <param name="PValue">After the guard: Raw ^ (1 / kappa).</param>
/// <param name="BudgetPValue">
/// What the error budget is given: the same from p-values whose far tails are believed less (<see cref="BudgetTail"/>), and without sharpening.
/// </param>
/// <param name="Kappa">At least <see cref="StreamCalibration.LeastKappa"/>.</param>
/// <param name="Extrapolated">Some statistic lies above every past value.</param>
/// <param name="Deciding">The statistic with the smallest weighted p-value of those that the budget is given.</param>
internal readonly record struct WindowRanking(double Raw, double PValue, double BudgetPValue, double Kappa, bool Extrapolated, int Deciding)
{
    /// <summary>The tail of counts of words is not proven below a thousandth, so the error budget is not asked to believe it.</summary>
    public const double SeverityFloor = 1e-3;

    private const int Header = 0;
    private const int Content = 1;
    private const int Severity = 2;
    private const int TroubleBits = 4;
    private const int MostTrouble = 4;
    private const double LeastHeaderExcess = 3.5 * FixedLog.One;
    private const double LeastContentExcess = 8.5 * FixedLog.One;
    private const double LeastAbsenceExcess = 4 * FixedLog.One;

    /// <summary>
    /// The p-value of one statistic for the error budget. Code lengths are ranked on an exponential tail with a least mean excess of 3.5 bits
    /// (shape of a record), 4 (absence) and 8.5 (a new message, which gains 4 bits for each squared word for trouble in the window, at most 16); severity stops at <see cref="SeverityFloor"/>; the others are believed as they are.
    /// </summary>
    /// <param name="kind">The statistic.</param>
    /// <param name="pValue">As shown.</param>
    /// <param name="window">All statistics of the window.</param>
    /// <param name="largest">As <see cref="TailProbability"/> takes them.</param>
    /// <param name="count">As <see cref="TailProbability"/> takes it.</param>
    /// <param name="atLeast">As <see cref="TailProbability"/> takes it.</param>
    /// <param name="positive">As <see cref="TailProbability"/> takes it.</param>
    public static double BudgetTail(int kind, double pValue, in WindowStatistics window, ReadOnlySpan<int> largest, long count, long atLeast, long positive) => kind switch
    {
        Header => TailProbability.Exponential(window.Header, largest, count, atLeast, positive, LeastHeaderExcess),
        Content => TailProbability.Exponential(Troubled(window), largest, count, atLeast, positive, LeastContentExcess),
        Severity => Math.Max(pValue, SeverityFloor),
        WindowStatistics.AbsenceKind => TailProbability.Exponential(window.Absence, largest, count, atLeast, positive, LeastAbsenceExcess),
        _ => pValue,
    };

    public static WindowRanking Combine(ReadOnlySpan<double> pValues, ReadOnlySpan<double> budgetPValues, double kappa, bool extrapolated)
    {
        var raw = 1.0;
        var budget = 1.0;
        var deciding = 0;
        for (var kind = 0; kind < pValues.Length; kind++)
        {
            var weight = WindowStatistics.Weights[kind];
            raw = Math.Min(raw, pValues[kind] / weight);
            if (budgetPValues[kind] / weight >= budget) continue;
            budget = budgetPValues[kind] / weight;
            deciding = kind;
        }
        return new WindowRanking(raw, Guard(raw, kappa), Guard(budget, Math.Max(1, kappa)), kappa, extrapolated, deciding);
    }

    private static int Troubled(in WindowStatistics window) =>
        window.Content == 0 ? 0 : window.Content + (TroubleBits * FixedLog.One * Math.Min(MostTrouble, window.Trouble));

    private static double Guard(double raw, double kappa) => raw >= 1 ? raw : ExactMath.Exp(ExactMath.Log(raw) / kappa);
}

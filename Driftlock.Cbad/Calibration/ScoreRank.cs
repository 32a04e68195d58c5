using Driftlock.Cbad.Coding;

namespace Driftlock.Cbad.Calibration;

/// <summary>
/// P(a normal session scores at least this much), by rank among normal sessions: (1 + #{past >= x}) / (1 + n). Beyond the largest past
/// value, and with at least <see cref="LeastForTail"/> of them, it falls on as an exponential with the mean excess of the largest 2 %;
/// with fewer the rank is all that is known.
/// </summary>
internal static class ScoreRank
{
    public const int LeastForTail = 100;

    // No p-value is believed below this, whatever the tail says.
    private const double MostTail = 60;

    // 90 % one-sided: the share of calibration sets whose p-values may be too small.
    private const double Deviations = 1.2816;

    /// <param name="value">The score.</param>
    /// <param name="past">Scores of normal sessions.</param>
    /// <param name="leastExcess">The mean excess that the tail has at least, in the units of the scores.</param>
    public static double Of(int value, ScoreHistory past, double leastExcess = 0)
    {
        var rank = (1.0 + past.AtLeast(value)) / (1.0 + past.Count);
        var largest = past.Largest;
        if (past.Count < LeastForTail || value <= largest[0]) return rank;
        var k = (int)Math.Min(Math.Max(3, past.Count / 50), largest.Length - 1);
        long sum = 0;
        for (var i = 0; i < k; i++) sum += largest[i] - largest[k];
        var mean = Math.Max((double)sum / k, leastExcess);
        if (mean == 0) return rank;
        return rank * ExactMath.Exp(-Math.Min((value - largest[0]) / mean, MostTail));
    }

    /// <summary>The rank of a score that is among the past ones itself.</summary>
    public static double OfPast(int value, ScoreHistory past) => (double)past.AtLeast(value) / past.Count;

    /// <summary>
    /// A p-value that holds for nine of ten calibration sets and not only on average over them: the upper end of Wilson's interval for
    /// the share that the rank estimates. With many tests on one calibration set the average is not enough (Bates et al. 2023).
    /// </summary>
    /// <param name="pValue">From <see cref="Of"/>.</param>
    /// <param name="count">Past scores.</param>
    public static double Conditional(double pValue, long count)
    {
        var share = Math.Min(1, Math.Max(pValue, 1.0 / (count + 1)));
        const double Square = Deviations * Deviations;
        var spread = Deviations * Math.Sqrt((count * share * (1 - share)) + (Square / 4));
        var upper = ((count * share) + (Square / 2) + spread) / (count + Square);
        // Below the smallest rank the tail's factor stays.
        return Math.Min(1, Math.Max(pValue, upper * Math.Min(1, pValue / share)));
    }
}

using Driftlock.Cbad.Coding;

namespace Driftlock.Cbad.Calibration;

/// <summary>
/// P(a normal window scores at least this much), from the stream's own past windows. Up to the (k+1)-th largest past value it is the
/// conformal rank (1 + #{past >= x}) / (1 + n); beyond, a generalised Pareto tail of fixed shape, because few windows cannot tell the shape.
/// </summary>
internal static class TailProbability
{
    /// <remarks>
    /// k is a quarter of the past, but never more than half of the values above 0: where most windows score 0, the tail must start
    /// among those that do not, or its scale would be that of the gap between nothing and something.
    /// </remarks>
    /// <param name="value">The window's statistic.</param>
    /// <param name="largest">The largest past values, descending: all of them, or at least 5.</param>
    /// <param name="count">Past values in all.</param>
    /// <param name="atLeast">Past values that are at least <paramref name="value"/>.</param>
    /// <param name="positive">Past values above 0.</param>
    /// <param name="unit">What one bit (or one word) is in the units of the values.</param>
    /// <param name="power">1 / shape of the tail: an integer, so that it is multiplications and the same on every machine.</param>
    /// <param name="extrapolated">True when the value lies on the fitted tail.</param>
    public static double Of(int value, ReadOnlySpan<int> largest, long count, long atLeast, long positive, double unit, int power, out bool extrapolated)
    {
        extrapolated = false;
        if (Start(value, largest, count, positive, 0.5 * unit, out var k, out var mean) is not { } start) return (1.0 + atLeast) / (1.0 + count);
        var z = 1 + ((value - start) / (mean * (power - 1)));
        extrapolated = value > largest[0];
        var tail = 1.0;
        for (var i = 0; i < power; i++) tail *= z;
        return (k + 1.0) / (count + 1.0) / tail;
    }

    /// <summary>
    /// The same with an exponential tail whose mean excess is at least <paramref name="leastExcess"/>: where a past holds next to nothing, its
    /// own scale would make the first novelty rarer than any past can show.
    /// </summary>
    public static double Exponential(int value, ReadOnlySpan<int> largest, long count, long atLeast, long positive, double leastExcess) =>
        Start(value, largest, count, positive, leastExcess, out var k, out var mean) is { } start
            ? (k + 1.0) / (count + 1.0) * ExactMath.Exp(-Math.Min((value - start) / mean, 600))
            : (1.0 + atLeast) / (1.0 + count);

    /// <summary>Where the tail begins, with the number of past values beyond and their mean excess; null where ranks have to do.</summary>
    private static int? Start(int value, ReadOnlySpan<int> largest, long count, long positive, double leastExcess, out int k, out double mean)
    {
        k = (int)Math.Min(Math.Max(3, Math.Min(count / 4, positive / 2)), ScoreHistory.Kept - 1);
        mean = 0;
        if (k + 1 > largest.Length) return null;
        var start = largest[k];
        if (value <= start) return null;
        long sum = 0;
        for (var i = 0; i < k; i++) sum += largest[i] - start;
        mean = Math.Max((double)sum / k, (0.1 * start) + leastExcess);
        return start;
    }
}

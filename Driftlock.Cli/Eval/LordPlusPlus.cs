namespace Driftlock.Cli.Eval;

/// <summary>
/// LORD++, the online rule that our budget is compared with (Ramdas, Yang, Wainwright and Jordan, 2017): wealth of half the level to begin
/// with, and spending that falls as ln(max(j, 2)) / (j e^sqrt(ln j)). Holds the rate where p-values are independent.
/// </summary>
internal static class LordPlusPlus
{
    /// <summary>Which tests are rejected, in the order in which they come.</summary>
    public static bool[] Reject(IReadOnlyList<double> pValues, double level)
    {
        var spending = Spending(pValues.Count);
        var start = level / 2;
        var rejected = new bool[pValues.Count];
        var times = new List<int>();
        for (var t = 0; t < pValues.Count; t++)
        {
            var limit = spending[t] * start;
            for (var j = 0; j < times.Count; j++) limit += spending[t - times[j] - 1] * (j == 0 ? level - start : level);
            rejected[t] = pValues[t] <= limit;
            if (rejected[t]) times.Add(t);
        }
        return rejected;
    }

    /// <summary>For the first <paramref name="tests"/> steps; over all steps for ever it would sum to 1.</summary>
    private static double[] Spending(int tests)
    {
        // 1 over the sum to infinity, from the literature.
        const double Scale = 0.07720838;
        return [.. Enumerable.Range(1, tests).Select(j => Scale * Math.Log(Math.Max(j, 2)) / (j * Math.Exp(Math.Sqrt(Math.Log(j)))))];
    }
}

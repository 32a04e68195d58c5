using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Series;

namespace Driftlock.Tests.Series;

public sealed class NearestMatchTests
{
    [Fact]
    public void Distances_carried_on_row_by_row_are_those_computed_afresh()
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            var random = new SeededRandom(seed);
            var match = new NearestMatch();
            var values = new List<double>();
            for (var row = 0; row < 2500; row++)
            {
                if (row == 1700)
                {
                    match.Coarsen();
                    for (var i = 0; i < values.Count; i++) values[i] = (int)values[i] / 2;
                }
                values.Add(random.Below(9000) - 4500);
                var distance = match.Observe(values[^1]);
                if (row % 97 == 0 || row is > 1695 and < 1720) Assert.Equal(Afresh(values), distance);
            }
        }
    }

    [Fact]
    public void A_repeating_shape_is_at_distance_0_and_a_new_one_is_not()
    {
        var match = new NearestMatch();
        var distance = double.NaN;
        for (var row = 0; row < 900; row++) distance = match.Observe(100 * (row % 30));
        Assert.True(distance > 0, "eight nearest windows at all residues of a lag that repeats every 30 rows");
        var exact = new NearestMatch();
        for (var row = 0; row < 900; row++) distance = exact.Observe(100 * (row % 5));
        Assert.Equal(0, distance);
        Assert.True(exact.Observe(5000) > 0);
    }

    private static double Afresh(List<double> values)
    {
        var nearest = Enumerable.Repeat(long.MaxValue, 8).ToArray();
        var rows = values.Count;
        var usable = Math.Clamp(rows - (2 * NearestMatch.Window), 0, NearestMatch.Lags) & -8;
        if (usable < 16) return double.NaN;
        for (var lag = 0; lag < usable; lag++)
        {
            var sum = 0L;
            for (var i = 0; i < NearestMatch.Window; i++)
            {
                var difference = (long)(values[rows - 1 - i] - values[rows - 1 - i - NearestMatch.Window - 1 - lag]);
                sum += difference * difference;
            }
            nearest[lag % 8] = Math.Min(nearest[lag % 8], sum);
        }
        return Math.Sqrt(nearest.Sum() / (8.0 * NearestMatch.Window));
    }
}

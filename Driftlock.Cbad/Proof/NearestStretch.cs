using Driftlock.Cbad.Series;

namespace Driftlock.Cbad.Proof;

/// <summary>Past stretches of a series that resemble its newest one, to be seen beside it.</summary>
internal static class NearestStretch
{
    private const int Length = 24;
    private const int Neighbours = 3;

    /// <summary>The newest values, oldest first.</summary>
    public static IReadOnlyList<string> Newest(SeriesModel model, SeriesWording words) => Lines(model, 0, words);

    /// <summary>At most three, nearest first, that overlap neither each other nor the window's points.</summary>
    public static IReadOnlyList<NearestNormal> Of(SeriesModel model, int windowPoints, SeriesWording words)
    {
        var values = model.Match.Values;
        var squares = new List<(int Lag, double Square)>();
        for (var lag = Math.Max(Length, windowPoints); lag + Length <= values.Length; lag++)
        {
            var sum = 0.0;
            for (var i = 0; i < Length; i++) sum += (values[i] - values[lag + i]) * (double)(values[i] - values[lag + i]);
            squares.Add((lag, sum));
        }
        var found = new List<NearestNormal>(Neighbours);
        var lags = new List<int>(Neighbours);
        foreach (var (lag, square) in squares.OrderBy(candidate => candidate.Square).ThenBy(candidate => candidate.Lag))
        {
            if (lags.Exists(other => Math.Abs(other - lag) < Length)) continue;
            lags.Add(lag);
            var (own, its) = (Energy(values[..Length]), Energy(values.Slice(lag, Length)));
            var distance = square == 0 ? 0 : Math.Min(1, Math.Sqrt(square) / (Math.Sqrt(own) + Math.Sqrt(its)));
            found.Add(new NearestNormal(model.Points - lag - Length, distance, Lines(model, lag, words)));
            if (found.Count == Neighbours) break;
        }
        return found;
    }

    // About the mean of both would hide a shift of the level; about zero, a high level would hide everything else.
    private static double Energy(ReadOnlySpan<short> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += value * (double)value;
        return sum;
    }

    private static List<string> Lines(SeriesModel model, int lag, SeriesWording words)
    {
        var values = model.Match.Values;
        var lines = new List<string>(Length);
        for (var i = Math.Min(lag + Length, values.Length) - 1; i >= lag; i--) lines.Add(words.Figure(model.OfSteps(values[i])));
        return lines;
    }
}

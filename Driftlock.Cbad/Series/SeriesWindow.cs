using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>What was found when a window's points were scored and learned, one after another.</summary>
/// <param name="Ranking">The smallest p-value of a number times how many were judged (Bonferroni: valid however they depend on each other).</param>
/// <param name="Evidence">Of the deciding number, powers of ten.</param>
/// <param name="Point">0-based in the window: where the deciding number stands.</param>
/// <param name="Channel">0-based: which of the point's numbers it is.</param>
internal readonly record struct SeriesWindow(WindowRanking Ranking, double Evidence, int Point, int Channel)
{
    /// <param name="models">One a channel; they learn the points.</param>
    /// <param name="events">Events with one number a channel.</param>
    /// <param name="local">Time whose hours the series may follow.</param>
    /// <param name="scores">Gets every score, point by point, when it is given.</param>
    /// <exception cref="InvalidDataException">A point has not one number a channel.</exception>
    public static SeriesWindow Judge(ReadOnlySpan<SeriesModel> models, ReadOnlySpan<byte> events, LocalTime local, List<SeriesScore>? scores)
    {
        var (smallest, evidence, point, channel, judged, at) = (1.0, 0.0, 0, 0, 0, 0);
        var extrapolated = false;
        var reader = new EventReader(Signal.Metrics, events);
        for (; reader.Next(out var view); at++)
        {
            if (view.NumberCount != models.Length) throw new InvalidDataException($"point {at} has {view.NumberCount} numbers; {models.Length} are right");
            var offset = local.OffsetMinutes(view.TimeUnixNano);
            for (var i = 0; i < models.Length; i++)
            {
                var score = models[i].Observe(view.TimeUnixNano, view.Number(i), offset);
                scores?.Add(score);
                if (!score.Ready) continue;
                judged++;
                if (score.PValue > smallest || (score.PValue == smallest && score.Evidence <= evidence)) continue;
                (smallest, evidence, point, channel) = (score.PValue, score.Evidence, at, i);
                // Ranks alone say no less than this.
                extrapolated = smallest * (models[i].History.Points + 1) < 1;
            }
        }
        var pValue = Math.Min(1, smallest * Math.Max(1, judged));
        return new SeriesWindow(new WindowRanking(pValue, pValue, pValue, 1, extrapolated, channel), evidence, point, channel);
    }
}

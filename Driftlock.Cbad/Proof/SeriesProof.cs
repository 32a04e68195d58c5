using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Series;

namespace Driftlock.Cbad.Proof;

/// <summary>The proof of a flagged window of a metric: made, and made again to check it, from the models before the window and its points.</summary>
internal static class SeriesProof
{
    private const int MostScores = 64;

    /// <exception cref="FormatException">The evidence is not as the engine writes it.</exception>
    /// <exception cref="InvalidDataException">A state or an event is not as the engine writes it.</exception>
    public static WindowProof Of(EvidenceSeries series, byte[] events, int windowEvents, ulong seed, byte[] name, LocalTime local)
    {
        var models = Models(series);
        var scores = new List<SeriesScore>();
        var window = SeriesWindow.Judge(models, events, local, scores);
        if (scores.Count == 0) throw new FormatException("the window holds no event");
        if (scores.Count > models.Length * windowEvents) throw new FormatException($"window: more than {windowEvents} events");
        var deciding = Before(series, events, local, window);
        var bits = new double[scores.Count / models.Length][];
        for (var point = 0; point < bits.Length; point++)
            bits[point] = [.. scores.GetRange(point * models.Length, models.Length).Select(score => score.Evidence * PowersOfTen.Bits)];
        var (count, atLeast, mean) = deciding.History.Among(window.Evidence);
        return new WindowProof(
            null, series, null, events, windowEvents, Calibration(series, window, deciding, scores, count, atLeast),
            new SeriesExplainer(series, events, window, scores[(window.Point * models.Length) + window.Channel], bits, mean * PowersOfTen.Bits, local, Model(series.Channels[window.Channel].State), models[window.Channel])
                .Explain(Encoding.UTF8.GetString(name), seed, count));
    }

    private static SeriesModel[] Models(EvidenceSeries series)
    {
        if (!Enum.TryParse<PointKind>(series.Kind, out var kind) || !Enum.IsDefined(kind)) throw new FormatException($"series.kind: {series.Kind}");
        if (!PointValues.ChannelsOf(kind).SequenceEqual(series.Channels.Select(channel => channel.Name)))
            throw new FormatException($"series.channels: a {series.Kind} has {string.Join(", ", PointValues.ChannelsOf(kind))}");
        return [.. series.Channels.Select(channel => Model(channel.State))];
    }

    private static SeriesModel Model(ReadOnlySpan<byte> state)
    {
        var model = new SeriesModel();
        model.Load(ref state);
        if (!state.IsEmpty) throw new InvalidDataException($"{state.Length} bytes after a series' state");
        return model;
    }

    /// <summary>The deciding model as it was when the deciding point came.</summary>
    private static SeriesModel Before(EvidenceSeries series, byte[] events, LocalTime local, in SeriesWindow window)
    {
        var model = Model(series.Channels[window.Channel].State);
        var reader = new EventReader(Signal.Metrics, events);
        for (var point = 0; point < window.Point && reader.Next(out var view); point++)
            model.Observe(view.TimeUnixNano, view.Number(window.Channel), local.OffsetMinutes(view.TimeUnixNano));
        return model;
    }

    private static EvidenceCalibration Calibration(
        EvidenceSeries series, in SeriesWindow window, SeriesModel deciding, List<SeriesScore> scores, long count, long atLeast)
    {
        var judged = scores.Count(score => score.Ready);
        var pValue = scores[(window.Point * series.Channels.Count) + window.Channel].PValue;
        return new EvidenceCalibration
        {
            PValue = window.Ranking.PValue,
            Dispersion = 1,
            Windows = count,
            Extrapolated = window.Ranking.Extrapolated,
            Statistics =
            [
                new EvidenceStatistic(
                    "evidence", "bits against the point, to a tenth", window.Evidence * PowersOfTen.Bits, pValue, 1.0 / Math.Max(1, judged),
                    [.. deciding.History.Largest(MostScores).Select(evidence => evidence * PowersOfTen.Bits)], count, atLeast, count),
            ],
        };
    }
}

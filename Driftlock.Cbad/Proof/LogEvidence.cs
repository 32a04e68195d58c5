using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Logs;

namespace Driftlock.Cbad.Proof;

/// <summary>The proof of a flagged window of log records, made before the stream closes it. Not on the hot path.</summary>
internal static class LogEvidence
{
    public static WindowProof Prove(LogStream stream, in WindowRanking ranking)
    {
        var events = stream.Window.Events.Written.ToArray();
        var model = PreWindowModel.Recover(stream);
        var scored = ScoredWindow.Score(model, events, stream.WindowEvents);
        var explanation = WindowExplainer.Explain(
            scored, model, stream.FirstEvent, ranking.Deciding, ranking.PValue, WindowExplainer.Nearest(scored, stream.Past), stream.Id ^ (ulong)stream.FirstEvent);
        return new WindowProof(model, null, events, stream.WindowEvents, Calibration(stream, ranking), explanation);
    }

    private static EvidenceCalibration Calibration(LogStream stream, in WindowRanking ranking)
    {
        var statistics = new List<EvidenceStatistic>();
        for (var kind = 0; kind < WindowStatistics.Kinds; kind++)
        {
            var history = stream.Calibration.Histories[kind];
            var value = stream.Statistics[kind];
            var unit = WindowStatistics.Units[kind];
            var atLeast = history.AtLeast(value);
            var p = TailProbability.Of(value, history.Largest, history.Count, atLeast, history.Positive, unit, WindowStatistics.TailPowers[kind], out _);
            statistics.Add(new EvidenceStatistic(
                WindowStatistics.Names[kind], WindowStatistics.Labels[kind], value / unit, p, WindowStatistics.Weights[kind],
                [.. history.Largest.ToArray().Select(score => score / unit)], history.Count, atLeast, history.Positive));
        }
        return new EvidenceCalibration
        {
            PValue = ranking.PValue,
            Dispersion = ranking.Kappa,
            Windows = stream.Calibration.Windows,
            Extrapolated = ranking.Extrapolated,
            Statistics = statistics,
        };
    }
}

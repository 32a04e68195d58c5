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
            scored, model, stream.FirstEvent, ranking.Deciding, ranking.PValue, WindowExplainer.Nearest(scored, stream.Past), CompressionPanel.Seed(stream.Id, stream.FirstEvent));
        return new WindowProof(model, null, null, events, stream.WindowEvents, Calibration(stream, ranking), explanation);
    }

    private static EvidenceCalibration Calibration(LogStream stream, in WindowRanking ranking)
    {
        Span<int> values = stackalloc int[WindowStatistics.Kinds];
        for (var kind = 0; kind < values.Length; kind++) values[kind] = stream.Statistics[kind];
        return new EvidenceCalibration
        {
            PValue = ranking.PValue,
            Dispersion = ranking.Kappa,
            Windows = stream.Calibration.Windows,
            Extrapolated = ranking.Extrapolated,
            Statistics = StatisticRanks.OfLogs.State(stream.Calibration.Histories, values),
        };
    }
}

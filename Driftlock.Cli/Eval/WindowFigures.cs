using System.Text.Json;

namespace Driftlock.Cli.Eval;

/// <summary>How a detector's flags and scores agree with the labels of windows.</summary>
/// <param name="Detection">Of the flags.</param>
/// <param name="Auroc">Of the scores; ties count half. 0.5 where there are no anomalies, or nothing else.</param>
/// <param name="Auprc">Average precision of the scores; ties go together.</param>
/// <param name="BestF1">At the threshold that suits the labels best: what no detector can know.</param>
/// <param name="Flagged">Number of windows.</param>
/// <param name="Anomalous">Number of windows.</param>
/// <param name="Windows">All of them.</param>
internal sealed record WindowFigures(Detection Detection, double Auroc, double Auprc, double BestF1, int Flagged, int Anomalous, int Windows)
{
    /// <summary>The share of flagged windows that are anomalies; 0 where nothing was flagged.</summary>
    public double Precision => Flagged == 0 ? 0 : 1 - Detection.FalseDiscoveryRate;

    public static WindowFigures Of(Judged[] windows)
    {
        var (area, best) = RankedLabels.Judge(Array.ConvertAll(windows, window => window.Score), Array.ConvertAll(windows, window => window.IsAnomaly));
        return new WindowFigures(
            DetectionMeasures.Flag(windows, IsFlagged), DetectionMeasures.Auc(windows), area, best,
            windows.Count(IsFlagged), windows.Count(window => window.IsAnomaly), windows.Length);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("precision", Precision);
        json.WriteNumber("recall", Detection.Recall);
        json.WriteNumber("f1", Detection.F1);
        json.WriteNumber("falseDiscoveryRate", Detection.FalseDiscoveryRate);
        json.WriteNumber("auroc", Auroc);
        json.WriteNumber("auprc", Auprc);
        json.WriteNumber("bestF1", BestF1);
        json.WriteNumber("flagged", Flagged);
        json.WriteNumber("anomalous", Anomalous);
        json.WriteNumber("windows", Windows);
    }

    private static bool IsFlagged(Judged window) => window.PValue == 0;
}

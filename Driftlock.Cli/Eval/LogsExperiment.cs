using System.Text.Json;
using Driftlock.Cbad;
using Driftlock.Cbad.Coding;

namespace Driftlock.Cli.Eval;

/// <summary>
/// Labelled line logs, each a stream by itself, at the default setting: do the windows that hold a labelled line alarm, and no others, and
/// do the p-values rank them first? Everything is learned, labelled lines too. What the baseline takes is not judged; the windows with
/// labelled lines in it are counted apart.
/// </summary>
internal static class LogsExperiment
{
    private const ulong Seed = 20_251_126;

    // Neighbouring windows are alike, so intervals are over runs of so many.
    private const int Together = 10;

    /// <exception cref="InputException">No line is labelled, or no labelled log is longer than the baseline.</exception>
    public static void Run(IReadOnlyList<LabelledLog> logs, Utf8JsonWriter json)
    {
        var labelled = logs.Where(log => log.HasAnomalies).ToList();
        if (labelled.Count == 0)
            throw new InputException($"no line of the {logs.Count} logs is labelled: labels come from NAME.labels beside NAME.log, or from a first column that is - on normal lines");
        var reports = labelled.Select(Measure).OfType<Report>().ToList();
        if (reports.Count == 0) throw new InputException($"no labelled log is longer than the {new EngineConfiguration().BaselineEvents} lines of the baseline");
        json.WriteStartObject();
        WindowFigures.Of(Pooled(reports, report => report.Alarms)).Write(json);
        json.WriteNumber("anomalousInBaseline", reports.Sum(report => report.AnomalousInBaseline));
        WriteIntervals(json, reports);
        WriteObject(json, "withSuppressed", () => WindowFigures.Of(Pooled(reports, report => report.Rejected)).Write(json));
        json.WriteStartArray("logs");
        foreach (var report in reports)
        {
            json.WriteStartObject();
            json.WriteString("log", report.Log);
            WindowFigures.Of(report.Alarms).Write(json);
            json.WriteNumber("anomalousInBaseline", report.AnomalousInBaseline);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteNames(json, "unlabelled", logs.Where(log => !log.HasAnomalies));
        WriteNames(json, "tooShort", labelled.Where(log => reports.All(report => report.Log != log.Name)));
        WriteObject(json, "baselines", () =>
        {
            foreach (var (name, _) in reports[0].Baselines)
                WriteObject(json, name, () => WindowFigures.Of(Pooled(reports, report => report.Baselines.Single(baseline => baseline.Name == name).Judged)).Write(json));
        });
        json.WriteEndObject();
    }

    private static Report? Measure(LabelledLog log)
    {
        var configuration = new EngineConfiguration();
        var windows = SharedPartition.Judge([log.Lines], configuration.FalseDiscoveryRate, new SeededRandom(Seed));
        if (windows.Count == 0) return null;
        var detectors = new WindowDetectors(log, windows);
        var baseline = log.Anomalous.AsSpan(0, (int)windows[0].First).ToArray();
        return new Report(
            log.Name, detectors.Alarms(), detectors.Rejected(), baseline.Chunk(configuration.WindowEvents).Count(window => window.Contains(true)),
            [
                ("random", detectors.Random(new SeededRandom(Seed))),
                ("flagAll", detectors.FlagAll()),
                ("zScore", detectors.ErrorCount()),
                ("ncd", detectors.Ncd()),
            ]);
    }

    private static Judged[] Pooled(IEnumerable<Report> reports, Func<Report, Judged[]> judged) => [.. reports.SelectMany(judged)];

    private static void WriteIntervals(Utf8JsonWriter json, List<Report> reports)
    {
        var runs = reports.SelectMany(report => report.Alarms.Chunk(Together)).ToArray();
        Write("f1Interval", windows => WindowFigures.Of(windows).Detection.F1);
        Write("falseDiscoveryRateInterval", windows => WindowFigures.Of(windows).Detection.FalseDiscoveryRate);
        Write("aurocInterval", DetectionMeasures.Auc);
        Write("auprcInterval", windows => WindowFigures.Of(windows).Auprc);

        void Write(string name, Func<Judged[], double> figure) =>
            Bootstrap.Write(json, name, runs.Length, drawn => figure([.. drawn.SelectMany(i => runs[i])]), new SeededRandom(Seed));
    }

    private static void WriteNames(Utf8JsonWriter json, string name, IEnumerable<LabelledLog> logs)
    {
        json.WriteStartArray(name);
        foreach (var log in logs) json.WriteStringValue(log.Name);
        json.WriteEndArray();
    }

    private static void WriteObject(Utf8JsonWriter json, string name, Action write)
    {
        json.WriteStartObject(name);
        write();
        json.WriteEndObject();
    }

    private sealed record Report(string Log, Judged[] Alarms, Judged[] Rejected, int AnomalousInBaseline, (string Name, Judged[] Judged)[] Baselines);
}

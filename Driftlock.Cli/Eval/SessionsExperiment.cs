using System.Text.Json;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Sessions;

namespace Driftlock.Cli.Eval;

/// <summary>
/// Labelled sessions, judged by the sessions before them. The labels are used for measuring alone: the calibrated figures come from
/// Benjamini-Hochberg on the p-values. Weights restore the natural share of normal sessions in every measure.
/// </summary>
internal static class SessionsExperiment
{
    private const double DiscoveryRate = 0.1;
    private const ulong Seed = 20_251_124;
    private const int Resamples = 200;

    private static readonly double[] Levels = [0.01, 0.005, 0.002];

    public static void Run(IReadOnlyList<SessionSet> sets, Utf8JsonWriter json)
    {
        var reports = sets.Select(Measure).ToList();
        json.WriteStartObject();
        if (reports.Count == 1) Write(reports[0], json);
        else
        {
            WriteFigures(Figures.Mean([.. reports.Select(report => report.Clean.Figures)]), json);
            var contaminated = reports.Where(report => report.Contaminated is not null).Select(report => report.Contaminated!.Figures).ToList();
            if (contaminated.Count > 0) WriteObject("contaminated", json, () => WriteFigures(Figures.Mean(contaminated), json));
            json.WriteStartArray("sets");
            foreach (var report in reports)
            {
                json.WriteStartObject();
                json.WriteString("set", report.Set.Name);
                Write(report, json);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static Report Measure(SessionSet set) => new(
        set, Fit(set.Train, set.Test), set.TrainContaminated is null ? null : Fit(set.TrainContaminated, set.TestAfterContaminated),
        Figures.Of(SessionDetectors.Stream(set.Train, set.Test)),
        [
            ("random", SessionDetectors.Random(set.Test)),
            ("flagAll", SessionDetectors.FlagAll(set.Test)),
            ("newEventType", SessionDetectors.NewEventType(set.Train, set.Test)),
            ("ncd", SessionDetectors.Ncd(set.Train, set.Test)),
        ]);

    private static Fitted Fit(IReadOnlyList<LabelledSession> train, IReadOnlyList<LabelledSession> test)
    {
        var baseline = SessionBaseline.Fit([.. train.Select(session => session.Events)]);
        var judged = SessionDetectors.Baseline(baseline, test);
        return new Fitted(train.Count, baseline.Trimmed, judged, Figures.Of(judged));
    }

    private static void Write(Report report, Utf8JsonWriter json)
    {
        WriteFitted(report.Clean, json);
        if (report.Contaminated is not null) WriteObject("contaminated", json, () => WriteFitted(report.Contaminated, json));
        WriteObject("stream", json, () => WriteFigures(report.Stream, json));
        WriteObject("baselines", json, () =>
        {
            foreach (var (name, judged) in report.Baselines)
            {
                WriteObject(name, json, () =>
                {
                    json.WriteNumber("auc", DetectionMeasures.Auc(judged));
                    json.WriteNumber("bestF1", DetectionMeasures.BestF1(judged));
                });
            }
        });
    }

    private static void WriteFitted(Fitted fitted, Utf8JsonWriter json)
    {
        WriteFigures(fitted.Figures, json);
        WriteObject("intervals95", json, () => WriteIntervals(fitted.Judged, json));
        json.WriteNumber("trainSessions", fitted.TrainSessions);
        json.WriteNumber("trimmedSessions", fitted.Trimmed);
        json.WriteNumber("testSessions", fitted.Judged.Length);
        json.WriteNumber("anomalies", fitted.Judged.Count(item => item.IsAnomaly));
    }

    private static void WriteFigures(Figures figures, Utf8JsonWriter json)
    {
        json.WriteNumber("auc", figures.Auc);
        json.WriteNumber("bestF1", figures.BestF1);
        json.WriteNumber("calibratedF1", figures.Calibrated.F1);
        json.WriteNumber("calibratedFdr", figures.Calibrated.FalseDiscoveryRate);
        json.WriteNumber("calibratedRecall", figures.Calibrated.Recall);
        json.WriteStartArray("atLevel");
        for (var i = 0; i < Levels.Length; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("level", Levels[i]);
            json.WriteNumber("fpr", figures.AtLevel[i].FalsePositiveRate);
            json.WriteNumber("recall", figures.AtLevel[i].Recall);
            json.WriteNumber("f1", figures.AtLevel[i].F1);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteIntervals(Judged[] judged, Utf8JsonWriter json)
    {
        var random = new SeededRandom(Seed);
        var resampled = new List<Figures>();
        for (var i = 0; i < Resamples; i++) resampled.Add(Figures.Of([.. judged.Select(_ => judged[random.Below(judged.Length)])]));
        WriteInterval("auc", figures => figures.Auc);
        WriteInterval("bestF1", figures => figures.BestF1);
        WriteInterval("calibratedF1", figures => figures.Calibrated.F1);

        void WriteInterval(string name, Func<Figures, double> figure)
        {
            var sorted = resampled.Select(figure).Order().ToArray();
            json.WriteStartArray(name);
            json.WriteNumberValue(sorted[Resamples / 40]);
            json.WriteNumberValue(sorted[Resamples - 1 - (Resamples / 40)]);
            json.WriteEndArray();
        }
    }

    private static void WriteObject(string name, Utf8JsonWriter json, Action write)
    {
        json.WriteStartObject(name);
        write();
        json.WriteEndObject();
    }

    private sealed record Figures(double Auc, double BestF1, Detection Calibrated, Detection[] AtLevel)
    {
        public static Figures Of(Judged[] judged)
        {
            var limit = DetectionMeasures.BenjaminiHochberg(judged.Select(item => item.BudgetPValue), DiscoveryRate);
            return new Figures(
                DetectionMeasures.Auc(judged), DetectionMeasures.BestF1(judged), DetectionMeasures.Flag(judged, item => item.BudgetPValue <= limit),
                [.. Levels.Select(level => DetectionMeasures.Flag(judged, item => item.PValue <= level))]);
        }

        public static Figures Mean(IReadOnlyList<Figures> all) => new(
            all.Average(figures => figures.Auc), all.Average(figures => figures.BestF1), Mean(all, figures => figures.Calibrated),
            [.. Enumerable.Range(0, Levels.Length).Select(i => Mean(all, figures => figures.AtLevel[i]))]);

        private static Detection Mean(IReadOnlyList<Figures> all, Func<Figures, Detection> of) => new(
            all.Average(figures => of(figures).F1), all.Average(figures => of(figures).FalsePositiveRate),
            all.Average(figures => of(figures).Recall), all.Average(figures => of(figures).FalseDiscoveryRate));
    }

    private sealed record Fitted(int TrainSessions, int Trimmed, Judged[] Judged, Figures Figures);

    private sealed record Report(SessionSet Set, Fitted Clean, Fitted? Contaminated, Figures Stream, (string Name, Judged[] Judged)[] Baselines);
}

using System.Text.Json;
using Driftlock.Cbad;
using Driftlock.Cbad.Budget;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Drift;
using Driftlock.Cbad.Series;

namespace Driftlock.Cli.Eval;

/// <summary>Points outside of labelled windows, after the benchmark's probation, whose p-value is at most .05, .01 or .001: must stay at the level. Beside them the drift alarms, over the whole of each series.</summary>
internal static class SeriesNullExperiment
{
    private const ulong Seed = 20_251_123;
    private const double NormalQuantile975 = 1.959963984540054;

    public static void Run(IReadOnlyList<NabFile> files, Utf8JsonWriter json)
    {
        var rows = files.Select(Judge).Where(row => row.Points > 0).ToList();
        if (rows.Count == 0) throw new InputException("no series has a point outside of its windows and after probation");
        var random = new SeededRandom(Seed);
        json.WriteStartObject();
        json.WriteNumber("rate05", rows.Average(row => row.Rate05));
        json.WriteNumber("rate01", rows.Average(row => row.Rate01));
        json.WriteNumber("rate001", rows.Average(row => row.Rate001));
        json.WriteNumber("worstSeries05", rows.Max(row => row.Rate05));
        json.WriteNumber("points", rows.Sum(row => row.Points));
        json.WriteNumber("seriesWithDriftAlarm", rows.Count(row => row.Drifts > 0));
        Bootstrap.Write(json, "rate0595", [.. rows.Select(row => row.Rate05)], random);
        json.WriteStartArray("series");
        foreach (var row in rows)
        {
            json.WriteStartObject();
            json.WriteString("series", row.Name);
            json.WriteNumber("rate05", row.Rate05);
            json.WriteNumber("rate01", row.Rate01);
            json.WriteNumber("points", row.Points);
            json.WriteNumber("driftAlarms", row.Drifts);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("baselines");
        json.WriteNumber("random", 0.05);
        json.WriteNumber("flagAll", 1);
        json.WriteNumber("zScore", rows.Average(row => row.ZScore));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static Row Judge(NabFile file)
    {
        var model = new SeriesModel();
        var drift = new DriftTest();
        var (points, drifts, at05, at01, at001, zScore) = (0, 0, 0, 0, 0, 0);
        var (mean, squares) = (0.0, 0.0);
        for (var i = 0; i < file.Values.Length; i++)
        {
            var score = model.Observe(file.Times[i], file.Values[i]);
            if (drift.Observe(file.Times[i], file.Values[i]) && drift.EValue >= AlarmBudget.Threshold(new EngineConfiguration().FalseDiscoveryRate, 0))
            {
                drifts++;
                drift.Restart();
            }
            var difference = file.Values[i] - mean;
            var odd = i > 1 && Math.Abs(difference) > NormalQuantile975 * Math.Sqrt(squares / i);
            mean += difference / (i + 1);
            squares += difference * (file.Values[i] - mean);
            if (i < NabScorer.Probation(file.Values.Length) || !score.Ready || file.Windows.Any(window => i >= window.First && i <= window.Last)) continue;
            points++;
            if (score.PValue <= 0.05) at05++;
            if (score.PValue <= 0.01) at01++;
            if (score.PValue <= 0.001) at001++;
            if (odd) zScore++;
        }
        return new Row(file.Name, points, at05 / (double)points, at01 / (double)points, at001 / (double)points, zScore / (double)points, drifts);
    }

    private sealed record Row(string Name, int Points, double Rate05, double Rate01, double Rate001, double ZScore, int Drifts);
}

using System.Text.Json;
using Driftlock.Cbad;
using Driftlock.Cbad.Budget;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Drift;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Resources;
using Driftlock.Cbad.Series;

namespace Driftlock.Cli.Eval;

/// <summary>
/// The normal rows of resources, judged jointly one after the other as the engine does: rows whose p-value is at most .05, .01 or .001, and what would
/// be alarms, which changes that nobody labelled may well deserve. Beside them the drift alarms of each metric.
/// </summary>
internal static class ResourceNullExperiment
{
    private const ulong Seed = 20_251_125;
    private const int Second = 1_000_000_000;

    /// <summary>Rows that would alarm and are no further apart are one episode.</summary>
    private const int SameEpisode = 100;

    public static void Run(IReadOnlyList<MetricTable> tables, Utf8JsonWriter json)
    {
        var rows = tables.Select(Judge).Where(row => row.Rows > 0).ToList();
        if (rows.Count == 0) throw new InputException($"no resource has more than {(2 * ResourceGroup.HeldRows) + ResourceGroup.LeastRanked} normal rows");
        var random = new SeededRandom(Seed);
        json.WriteStartObject();
        json.WriteNumber("rate05", rows.Average(row => row.Rate05));
        json.WriteNumber("rate01", rows.Average(row => row.Rate01));
        json.WriteNumber("rate001", rows.Average(row => row.Rate001));
        json.WriteNumber("worstResource05", rows.Max(row => row.Rate05));
        json.WriteNumber("rows", rows.Sum(row => row.Rows));
        json.WriteNumber("episodes", rows.Sum(row => row.Episodes));
        json.WriteNumber("series", rows.Sum(row => row.Series));
        json.WriteNumber("seriesWithDriftAlarm", rows.Sum(row => row.Drifting));
        Bootstrap.Write(json, "rate0595", [.. rows.Select(row => row.Rate05)], random);
        json.WriteStartArray("resources");
        foreach (var row in rows)
        {
            json.WriteStartObject();
            json.WriteString("resource", row.Name);
            json.WriteNumber("rate05", row.Rate05);
            json.WriteNumber("rate01", row.Rate01);
            json.WriteNumber("rows", row.Rows);
            json.WriteNumber("episodes", row.Episodes);
            json.WriteNumber("seriesWithDriftAlarm", row.Drifting);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("baselines");
        json.WriteNumber("random", 0.05);
        json.WriteNumber("flagAll", 1);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static Result Judge(MetricTable table)
    {
        var level = new EngineConfiguration().FalseDiscoveryRate;
        var metrics = Math.Min(table.Metrics, ResourceGroup.MostMembers);
        var group = new ResourceGroup(1, []);
        for (var metric = 0; metric < metrics; metric++)
            group.MemberOf(new SeriesStream((ulong)metric + 1, 1, [], [], PointKind.Gauge, new EngineConfiguration().WindowEvents, new LocalTime(new EngineConfiguration())), default);
        var (rows, at05, at01, at001, episodes, last) = (0, 0, 0, 0, 0, int.MinValue / 2);
        for (var number = 0; number < table.Train.Length / table.Metrics; number++)
        {
            var row = new Row { Time = (ulong)number * Second };
            for (var metric = 0; metric < metrics; metric++) row.Values[metric] = (float)table.Train[(number * table.Metrics) + metric];
            var isJudged = group.CanJudge;
            var score = group.Judge(row);
            group.Learn(row, score.Evidence, flagged: false);
            if (!isJudged) continue;
            rows++;
            if (score.Ranking.PValue <= 0.05) at05++;
            if (score.Ranking.PValue <= 0.01) at01++;
            if (score.Ranking.PValue <= 0.001) at001++;
            if (AlarmBudget.EValue(score.Ranking.BudgetPValue) < AlarmBudget.Threshold(level, 0)) continue;
            if (number - last > SameEpisode) episodes++;
            last = number;
        }
        var drifting = Enumerable.Range(0, table.Metrics).Count(metric => Drifts(table, metric, level));
        return new Result(table.Name, rows, at05 / (double)rows, at01 / (double)rows, at001 / (double)rows, episodes, table.Metrics, drifting);
    }

    private static bool Drifts(MetricTable table, int metric, double level)
    {
        var drift = new DriftTest();
        for (var at = metric; at < table.Train.Length; at += table.Metrics)
            if (drift.Observe((ulong)at, table.Train[at]) && drift.EValue >= AlarmBudget.Threshold(level, 0)) return true;
        return false;
    }

    private sealed record Result(string Name, int Rows, double Rate05, double Rate01, double Rate001, int Episodes, int Series, int Drifting);
}

using System.Text.Json;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Series;

namespace Driftlock.Cli.Eval;

/// <summary>Labelled metrics of resources: fitted on the normal rows, then every test row scored in order.</summary>
internal static class SeriesExperiment
{
    private const ulong Seed = 20_251_124;

    public static void Run(IReadOnlyList<MetricTable> tables, Utf8JsonWriter json)
    {
        var random = new SeededRandom(Seed);
        var rows = tables.Select(table => Judge(table, random)).ToList();
        json.WriteStartObject();
        json.WriteNumber("meanAucPr", rows.Average(row => row.Ours.AucPr));
        json.WriteNumber("meanBestF1", rows.Average(row => row.Ours.BestF1));
        Bootstrap.Write(json, "aucPr95", [.. rows.Select(row => row.Ours.AucPr)], random);
        Bootstrap.Write(json, "bestF195", [.. rows.Select(row => row.Ours.BestF1)], random);
        json.WriteStartArray("files");
        foreach (var row in rows)
        {
            json.WriteStartObject();
            json.WriteString("file", row.Name);
            json.WriteNumber("aucPr", row.Ours.AucPr);
            json.WriteNumber("bestF1", row.Ours.BestF1);
            json.WriteNumber("rows", row.Rows);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("baselines");
        Write(json, "random", rows.Select(row => row.Random));
        Write(json, "flagAll", rows.Select(row => row.FlagAll));
        Write(json, "zScore", rows.Select(row => row.ZScore));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<(double AucPr, double BestF1)> figures)
    {
        var all = figures.ToList();
        json.WriteStartObject(name);
        json.WriteNumber("meanAucPr", all.Average(figure => figure.AucPr));
        json.WriteNumber("meanBestF1", all.Average(figure => figure.BestF1));
        json.WriteEndObject();
    }

    private static Row Judge(MetricTable table, SeededRandom random)
    {
        if (table.Metrics > ResourceModel.MaxMetrics) throw new InputException($"{table.Name}: {table.Metrics} metrics; at most {ResourceModel.MaxMetrics} are judged together");
        if (table.Train.Length / table.Metrics < ResourceModel.MinimumRows) throw new InputException($"{table.Name}: fewer than {ResourceModel.MinimumRows} training rows");
        var model = ResourceModel.Fit(table.Train, table.Metrics);
        var shares = new double[table.Metrics];
        var count = table.Labels.Length;
        var scores = new double[count];
        for (var row = 0; row < count; row++) scores[row] = model.Observe(table.Test.AsSpan(row * table.Metrics, table.Metrics), shares);
        return new Row(table.Name, count, RankedLabels.Judge(scores, table.Labels), RankedLabels.Judge([.. scores.Select(_ => random.Unit())], table.Labels),
            RankedLabels.Judge(new double[count], table.Labels), RankedLabels.Judge(LargestZ(table), table.Labels));
    }

    /// <summary>The largest absolute z of a row, with mean and deviation of training.</summary>
    private static double[] LargestZ(MetricTable table)
    {
        var scores = new double[table.Labels.Length];
        for (var metric = 0; metric < table.Metrics; metric++)
        {
            var train = Enumerable.Range(0, table.Train.Length / table.Metrics).Select(row => table.Train[(row * table.Metrics) + metric]).ToArray();
            var mean = train.Average();
            var deviation = Math.Max(Math.Sqrt(train.Average(value => (value - mean) * (value - mean))), 1e-3);
            for (var row = 0; row < scores.Length; row++)
                scores[row] = Math.Max(scores[row], Math.Abs(table.Test[(row * table.Metrics) + metric] - mean) / deviation);
        }
        return scores;
    }

    private sealed record Row(string Name, int Rows, (double AucPr, double BestF1) Ours, (double AucPr, double BestF1) Random,
        (double AucPr, double BestF1) FlagAll, (double AucPr, double BestF1) ZScore);
}

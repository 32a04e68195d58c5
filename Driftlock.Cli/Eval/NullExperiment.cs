using System.Text.Json;
using Driftlock.Cbad.Coding;

namespace Driftlock.Cli.Eval;

/// <summary>
/// Windows that hold no labelled anomaly, flagged before error-rate control: must stay at the level, in real order and shuffled.
/// </summary>
internal static class NullExperiment
{
    public const int Baseline = 1000;
    public const int Skip = 200;
    private const ulong Seed = 20_251_121;

    public static void Run(IReadOnlyList<LabelledLog> logs, Utf8JsonWriter json)
    {
        var random = new SeededRandom(Seed);
        var rows = new List<Row>();
        var left = new List<string>();
        foreach (var log in logs)
        {
            var lines = log.NormalLines;
            if (lines.Length < Baseline + (2 * WindowProbe.Window))
            {
                left.Add(log.Name);
                continue;
            }
            var shuffled = lines.ToArray();
            random.Shuffle(shuffled.AsSpan());
            rows.Add(new Row(log.Name, Judge(lines), Judge(shuffled), Simple(lines)));
        }
        if (rows.Count == 0) throw new InputException($"no log has more than {Baseline + (2 * WindowProbe.Window)} normal lines");
        json.WriteStartObject();
        json.WriteNumber("rate05Real", rows.Average(row => Share(row.Real, 0.05)));
        json.WriteNumber("rate01Real", rows.Average(row => Share(row.Real, 0.01)));
        json.WriteNumber("rate05Random", rows.Average(row => Share(row.Random, 0.05)));
        json.WriteNumber("rate01Random", rows.Average(row => Share(row.Random, 0.01)));
        json.WriteNumber("worstLog05Real", rows.Max(row => Share(row.Real, 0.05)));
        json.WriteNumber("windows", rows.Sum(row => row.Real.Count));
        json.WriteNumber("windowEvents", WindowProbe.Window);
        json.WriteNumber("baselineEvents", Baseline);
        json.WriteStartArray("logs");
        foreach (var row in rows)
        {
            json.WriteStartObject();
            json.WriteString("log", row.Log);
            json.WriteNumber("rate05Real", Share(row.Real, 0.05));
            json.WriteNumber("rate01Real", Share(row.Real, 0.01));
            json.WriteNumber("rate05Random", Share(row.Random, 0.05));
            json.WriteNumber("rate01Random", Share(row.Random, 0.01));
            json.WriteNumber("windows", row.Real.Count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("tooShort");
        foreach (var name in left) json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteStartObject("baselines");
        json.WriteNumber("random", 0.05);
        json.WriteNumber("flagAll", 1);
        json.WriteNumber("zScore", rows.Average(row => row.Simple.ZScore));
        json.WriteNumber("ncd", rows.Average(row => row.Simple.Ncd));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static double Share(List<double> pValues, double level) => pValues.Count(p => p <= level) / (double)pValues.Count;

    private static List<double> Judge(byte[][] lines)
    {
        var probe = new WindowProbe(Skip);
        var pValues = new List<double>();
        for (var i = 0; i < lines.Length; i++)
        {
            probe.Add(lines[i]);
            if ((i + 1) % WindowProbe.Hop == 0 && i + 1 >= Baseline + WindowProbe.Window) pValues.Add(probe.PValue);
        }
        return pValues;
    }

    private static (double ZScore, double Ncd) Simple(byte[][] lines)
    {
        var detectors = new SimpleDetectors(lines[..Baseline]);
        int zScore = 0, ncd = 0, windows = 0;
        for (var start = Baseline; start + WindowProbe.Window <= lines.Length; start += WindowProbe.Hop, windows++)
        {
            var window = lines[start..(start + WindowProbe.Window)];
            if (detectors.ZScoreFlags(window)) zScore++;
            if (detectors.NcdFlags(window)) ncd++;
        }
        return (zScore / (double)windows, ncd / (double)windows);
    }

    private sealed record Row(string Log, List<double> Real, List<double> Random, (double ZScore, double Ncd) Simple);
}

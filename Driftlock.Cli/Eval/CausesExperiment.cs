using System.Text.Json;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Origins;

namespace Driftlock.Cli.Eval;

/// <summary>How often the true cause of an issue is the first, or among the first three, of the ranked origins.</summary>
internal static class CausesExperiment
{
    private const ulong Seed = 20_251_124;
    private const int Resamples = 2000;

    public static void Run(string directory, Utf8JsonWriter json)
    {
        var rows = PetShopCase.ReadAll(directory).Select(Judge).ToList();
        json.WriteStartObject();
        foreach (var kind in new[] { SymptomKind.Latency, SymptomKind.Availability })
        {
            var own = rows.Where(row => row.Kind == kind).ToList();
            if (own.Count == 0) continue;
            json.WriteStartObject(kind == SymptomKind.Latency ? "latency" : "availability");
            WriteShares(json, own, row => Hit(row.Ranked, 1), row => Hit(row.Ranked, 3));
            json.WriteNumber("cases", own.Count);
            WriteInterval(json, "top1Interval", own, row => Hit(row.Ranked, 1));
            WriteInterval(json, "top3Interval", own, row => Hit(row.Ranked, 3));
            json.WriteStartObject("baselines");
            // Expected value of an order drawn at random among the nodes that the symptom depends on.
            Write(json, "random", own, row => 1.0 / row.Candidates, row => Math.Min(1, 3.0 / row.Candidates));
            Write(json, "zScore", own, row => Hit(row.Surprise, 1), row => Hit(row.Surprise, 3));
            Write(json, "largestExcess", own, row => Hit(row.Excess, 1), row => Hit(row.Excess, 3));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static Row Judge(PetShopCase issue)
    {
        var ranked = OriginRanking.Rank(issue.Measurements, issue.Calls, issue.Symptom, issue.Kind);
        return new Row(issue.Kind, ranked.Count, PlaceOf(issue.Cause, ranked.Where(origin => origin.Score > 0)),
            PlaceOf(issue.Cause, ranked.OrderByDescending(origin => origin.Bits)), PlaceOf(issue.Cause, ranked.OrderByDescending(origin => origin.Excess)));
    }

    // 1 for the first; 0 when it is not there.
    private static int PlaceOf(int cause, IEnumerable<RankedOrigin> ranked) => 1 + ranked.Select(origin => origin.Node).ToList().IndexOf(cause);

    private static double Hit(int place, int most) => place >= 1 && place <= most ? 1 : 0;

    private static void Write(Utf8JsonWriter json, string name, List<Row> rows, Func<Row, double> top1, Func<Row, double> top3)
    {
        json.WriteStartObject(name);
        WriteShares(json, rows, top1, top3);
        json.WriteEndObject();
    }

    private static void WriteShares(Utf8JsonWriter json, List<Row> rows, Func<Row, double> top1, Func<Row, double> top3)
    {
        json.WriteNumber("top1", rows.Average(top1));
        json.WriteNumber("top3", rows.Average(top3));
    }

    /// <summary>95 % percentile interval, issues drawn with replacement.</summary>
    private static void WriteInterval(Utf8JsonWriter json, string name, List<Row> rows, Func<Row, double> value)
    {
        var random = new SeededRandom(Seed);
        var means = new double[Resamples];
        for (var i = 0; i < Resamples; i++)
        {
            for (var drawn = 0; drawn < rows.Count; drawn++) means[i] += value(rows[random.Below(rows.Count)]);
            means[i] /= rows.Count;
        }
        Array.Sort(means);
        json.WriteStartArray(name);
        json.WriteNumberValue(means[Resamples / 40]);
        json.WriteNumberValue(means[Resamples - 1 - (Resamples / 40)]);
        json.WriteEndArray();
    }

    /// <param name="Candidates">Nodes that could be named.</param>
    /// <param name="Ranked">Place of the true cause, from 1; 0 when it was not named. <paramref name="Surprise"/> and <paramref name="Excess"/>: by these alone.</param>
    private sealed record Row(SymptomKind Kind, int Candidates, int Ranked, int Surprise, int Excess);
}

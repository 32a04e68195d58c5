using System.Diagnostics;
using System.Text.Json;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Series;

namespace Driftlock.Cli.Eval;

/// <summary>
/// The Numenta Anomaly Benchmark. Every alarm of the product's rule emits its evidence, adjusted for age, and every other point 0: `score`
/// sweeps one threshold over what is emitted, as the benchmark does, and `scoreAtDefault` takes all alarms of the rule.
/// </summary>
internal static class NabExperiment
{
    private const ulong Seed = 20_251_125;
    private const int Halvings = 40;

    /// <summary>All give the same scores; the fastest gives the time, since the first ones are still being compiled.</summary>
    private const int Passes = 5;

    /// <summary>The emitted scores are brought into ]0, 1[ as the benchmark wants them: e / (e + 10).</summary>
    private const double HalfScore = 10;

    private static double DefaultThreshold => SeriesAlarm.Line / (SeriesAlarm.Line + HalfScore);

    public static void Run(IReadOnlyList<NabFile> files, Utf8JsonWriter json)
    {
        var random = new SeededRandom(Seed);
        List<SeriesModel> models = [];
        List<double[]> scores = [];
        var fastest = double.PositiveInfinity;
        for (var pass = 0; pass < Passes; pass++)
        {
            models = [.. files.Select(_ => new SeriesModel())];
            var watch = Stopwatch.StartNew();
            scores = [.. files.Select((file, f) => Score(file, models[f]))];
            fastest = Math.Min(fastest, watch.Elapsed.TotalNanoseconds);
        }
        json.WriteStartObject();
        foreach (var profile in NabProfile.All)
        {
            var (score, threshold) = NabScorer.Sweep(files, scores, profile);
            json.WriteStartObject(profile.Name);
            json.WriteNumber("score", score);
            WriteThreshold(json, threshold);
            json.WriteNumber("scoreAtDefault", NabScorer.At(files, scores, profile, DefaultThreshold));
            json.WriteNumber("twoFold", TwoFold(files, scores, profile, random));
            Bootstrap.Write(json, "atDefault95", files.Count, AtDefault(files, scores, profile), random);
            json.WriteEndObject();
        }
        json.WriteNumber("files", files.Count);
        json.WriteNumber("windows", files.Sum(file => file.Windows.Count));
        json.WriteNumber("nsPerPoint", fastest / files.Sum(file => file.Values.Length));
        json.WriteNumber("bytesPerSeries", models.Max(model => model.Bytes));
        json.WriteStartObject("baselines");
        WriteBaseline(json, "random", files, [.. files.Select(file => file.Values.Select(_ => random.Unit()).ToArray())]);
        WriteBaseline(json, "flagAll", files, [.. files.Select(file => file.Values.Select(_ => 1.0).ToArray())]);
        WriteBaseline(json, "zScore", files, [.. files.Select(ZScores)]);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static double[] Score(NabFile file, SeriesModel model)
    {
        var alarm = new SeriesAlarm();
        var scores = new double[file.Values.Length];
        for (var i = 0; i < scores.Length; i++)
        {
            var score = model.Observe(file.Times[i], file.Values[i]);
            if (!alarm.Observe(score)) continue;
            var adjusted = SeriesAlarm.Adjusted(score.Evidence, i);
            scores[i] = adjusted / (adjusted + HalfScore);
        }
        return scores;
    }

    /// <summary>Threshold swept on one half of the files, scored on the other, both ways, mean over seeded halvings.</summary>
    private static double TwoFold(IReadOnlyList<NabFile> files, List<double[]> scores, NabProfile profile, SeededRandom random)
    {
        var order = Enumerable.Range(0, files.Count).ToArray();
        var windows = files.Sum(file => file.Windows.Count);
        var sum = 0.0;
        for (var halving = 0; halving < Halvings; halving++)
        {
            random.Shuffle(order.AsSpan());
            var (one, other) = (order[..(order.Length / 2)], order[(order.Length / 2)..]);
            var raw = Carried(one, other) + Carried(other, one);
            sum += NabScorer.Normalise(raw, windows, profile);
        }
        return sum / Halvings;

        double Carried(int[] chosenOn, int[] scored)
        {
            var (_, threshold) = NabScorer.Sweep([.. chosenOn.Select(i => files[i])], [.. chosenOn.Select(i => scores[i])], profile);
            return scored.Sum(i => NabScorer.Raw(files[i], scores[i], profile, threshold));
        }
    }

    private static Func<int[], double> AtDefault(IReadOnlyList<NabFile> files, List<double[]> scores, NabProfile profile)
    {
        var raw = files.Select((file, f) => NabScorer.Raw(file, scores[f], profile, DefaultThreshold)).ToArray();
        return drawn => NabScorer.Normalise(drawn.Sum(i => raw[i]), drawn.Sum(i => files[i].Windows.Count), profile);
    }

    private static void WriteBaseline(Utf8JsonWriter json, string name, IReadOnlyList<NabFile> files, List<double[]> scores)
    {
        json.WriteStartObject(name);
        foreach (var profile in NabProfile.All) json.WriteNumber(profile.Name, NabScorer.Sweep(files, scores, profile).Score);
        json.WriteEndObject();
    }

    /// <summary>JSON has no infinity: where silence is best, the threshold is null.</summary>
    private static void WriteThreshold(Utf8JsonWriter json, double threshold)
    {
        if (double.IsFinite(threshold)) json.WriteNumber("threshold", threshold);
        else json.WriteNull("threshold");
    }

    private static double[] ZScores(NabFile file)
    {
        var scores = new double[file.Values.Length];
        var (mean, squares) = (0.0, 0.0);
        for (var i = 0; i < scores.Length; i++)
        {
            var difference = file.Values[i] - mean;
            scores[i] = squares > 0 ? Math.Abs(difference) / Math.Sqrt(squares / i) : 0;
            mean += difference / (i + 1);
            squares += difference * (file.Values[i] - mean);
        }
        return scores;
    }
}

using System.Text.Json;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Traces;

namespace Driftlock.Cli.Eval;

/// <summary>
/// Traces, and windows of spans of one operation, in data without injected faults: the share at p at most 0.05 and 0.01, in real order and
/// with the traces shuffled. A stream is the traces that begin with one operation, or the windows of one operation.
/// </summary>
internal static class TraceNullExperiment
{
    /// <summary>A stream with fewer judgements says nothing of its own rate; it still counts in the pooled one.</summary>
    private const int LeastJudged = 20;

    private const int Shuffles = 3;
    private const int Resamples = 1000;
    private const ulong Seed = 20_251_125;

    public static void Run(string directory, Utf8JsonWriter json)
    {
        var data = TraceData.ReadNormal(directory);
        var traces = data.Traces;
        var real = Judge(traces);
        var random = new SeededRandom(Seed);
        var shuffled = new Dictionary<Stream, List<Judged>>();
        for (var i = 0; i < Shuffles; i++)
        {
            var order = traces.ToArray();
            random.Shuffle(order.AsSpan());
            foreach (var (stream, judged) in Judge([.. order]))
            {
                if (!shuffled.TryGetValue(stream, out var all)) shuffled.Add(stream, all = []);
                all.AddRange(judged);
            }
        }
        json.WriteStartObject();
        json.WriteString("signal", "traces");
        json.WriteNumber("tracesRead", traces.Count);
        Write(json, real, shuffled, _ => true);
        json.WriteStartObject("units");
        foreach (var (kind, names) in new[] { ("trace", TraceScores.Names), ("window", SpanWindowScores.Names) })
        {
            json.WriteStartObject(kind);
            Write(json, real, shuffled, stream => stream.Kind == kind);
            json.WriteStartObject("flaggedBy");
            var flagged = real.Where(pair => pair.Key.Kind == kind).SelectMany(pair => pair.Value).Where(one => one.PValue <= 0.05).ToList();
            for (var i = 0; i < names.Count; i++) json.WriteNumber(names[i], flagged.Count(one => one.Deciding == i));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteStartArray("streams");
        foreach (var (stream, judged) in real.OrderByDescending(pair => pair.Value.Count).ThenBy(pair => pair.Key.Operation))
        {
            json.WriteStartObject();
            json.WriteString("kind", stream.Kind);
            json.WriteString("service", data.Operations[stream.Operation].Service);
            json.WriteString("operation", data.Operations[stream.Operation].Name);
            json.WriteNumber("rate05Real", Share(judged, 0.05));
            json.WriteNumber("rate01Real", Share(judged, 0.01));
            if (shuffled.TryGetValue(stream, out var random05)) json.WriteNumber("rate05Random", Share(random05, 0.05));
            json.WriteNumber("judged", judged.Count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("baselines");
        json.WriteNumber("random", 0.05);
        json.WriteNumber("flagAll", 1);
        json.WriteNumber("zScore", DurationZScore.FlaggedShare(traces));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(
        Utf8JsonWriter json, Dictionary<Stream, List<Judged>> real, Dictionary<Stream, List<Judged>> shuffled, Func<Stream, bool> isWanted)
    {
        var own = real.Where(pair => isWanted(pair.Key)).Select(pair => pair.Value).ToList();
        var random = shuffled.Where(pair => isWanted(pair.Key)).Select(pair => pair.Value).ToList();
        var judgedEnough = own.Where(judged => judged.Count >= LeastJudged).ToList();
        json.WriteNumber("windows", own.Sum(judged => judged.Count));
        json.WriteNumber("streamsWithEnough", judgedEnough.Count);
        if (own.Count == 0) return;
        json.WriteNumber("rate05Real", Share(own.SelectMany(judged => judged), 0.05));
        json.WriteNumber("rate01Real", Share(own.SelectMany(judged => judged), 0.01));
        json.WriteNumber("rate001Real", Share(own.SelectMany(judged => judged), 0.001));
        if (random.Count > 0)
        {
            json.WriteNumber("rate05Random", Share(random.SelectMany(judged => judged), 0.05));
            json.WriteNumber("rate01Random", Share(random.SelectMany(judged => judged), 0.01));
        }
        if (judgedEnough.Count > 0)
        {
            json.WriteNumber("meanStream05Real", judgedEnough.Average(judged => Share(judged, 0.05)));
            json.WriteNumber("worstStream05Real", judgedEnough.Max(judged => Share(judged, 0.05)));
        }
        json.WriteStartArray("rate05Interval");
        foreach (var bound in Interval(own)) json.WriteNumberValue(bound);
        json.WriteEndArray();
    }

    /// <summary>95 % percentile interval of the pooled rate, streams drawn with replacement.</summary>
    private static double[] Interval(List<List<Judged>> streams)
    {
        var random = new SeededRandom(Seed);
        var rates = new double[Resamples];
        for (var i = 0; i < Resamples; i++)
        {
            int flagged = 0, judged = 0;
            for (var drawn = 0; drawn < streams.Count; drawn++)
            {
                var stream = streams[random.Below(streams.Count)];
                judged += stream.Count;
                flagged += stream.Count(one => one.PValue <= 0.05);
            }
            rates[i] = flagged / (double)judged;
        }
        Array.Sort(rates);
        return [rates[Resamples / 40], rates[Resamples - 1 - (Resamples / 40)]];
    }

    private static double Share(IEnumerable<Judged> judged, double level)
    {
        int flagged = 0, all = 0;
        foreach (var one in judged)
        {
            all++;
            if (one.PValue <= level) flagged++;
        }
        return flagged / (double)all;
    }

    private static Dictionary<Stream, List<Judged>> Judge(List<RecordedTrace> traces)
    {
        var streams = new Dictionary<Stream, List<Judged>>();
        var probe = new TraceProbe();
        foreach (var trace in traces)
        {
            var verdict = probe.Judge(trace);
            Add(new Stream("trace", probe.Tree.Spans[probe.Tree.Root].Operation), verdict.PValue, verdict.Deciding);
            foreach (var window in probe.Windows) Add(new Stream("window", window.Operation), window.PValue, window.Deciding);
        }
        return streams;

        void Add(Stream stream, double pValue, int deciding)
        {
            if (double.IsNaN(pValue)) return;
            if (!streams.TryGetValue(stream, out var judged)) streams.Add(stream, judged = []);
            judged.Add(new Judged(pValue, deciding));
        }
    }

    private readonly record struct Stream(string Kind, ulong Operation);

    private readonly record struct Judged(double PValue, int Deciding);
}

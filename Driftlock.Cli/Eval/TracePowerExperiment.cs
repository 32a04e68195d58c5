using System.Text.Json;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Traces;

namespace Driftlock.Cli.Eval;

/// <summary>
/// Faults are put into held-out real traces; how many of the changed traces, and of the windows of 50 spans, reach p at most 0.05?
/// trace: one span slowed or failed, a call missing, a call too many. window: k of 50 spans of one operation slowed or failed.
/// </summary>
internal static class TracePowerExperiment
{
    private const ulong Seed = 20_251_126;
    private const int MostCases = 100;

    private static readonly int[] Counts = [1, 5, 10, 25];

    private static readonly (string Kind, double Factor)[] Slowed = [("slow2", 2), ("slow5", 5), ("slow20", 20)];

    public static void Run(string directory, Utf8JsonWriter json)
    {
        var traces = TraceData.ReadNormal(directory).Traces;
        var random = new SeededRandom(Seed);
        var cells = new SortedDictionary<(string Unit, string Kind, int K), Cell>();
        var (traceStep, windowStep) = Steps(traces);
        int judgedTraces = 0, filledWindows = 0;
        var probe = new TraceProbe();
        for (var i = 0; i < traces.Count; i++)
        {
            // The state before the trace is needed, and whether it will be judged shows only afterwards.
            var before = i >= traces.Count / 4 ? probe.Save() : [];
            var verdict = probe.Judge(traces[i]);
            if (before.Length == 0) continue;
            if (!double.IsNaN(verdict.PValue) && judgedTraces++ % traceStep == 0) InjectTrace(before, traces, i, random, cells);
            foreach (var window in probe.Windows.ToList())
                if (!double.IsNaN(window.PValue) && filledWindows++ % windowStep == 0) InjectWindows(probe.Save(), traces, i + 1, window.Operation, random, cells);
        }
        Write(json, cells);
    }

    // Every how many-th judged trace and window of the last three quarters is a case.
    private static (int Trace, int Window) Steps(List<RecordedTrace> traces)
    {
        var probe = new TraceProbe();
        int judged = 0, windows = 0;
        for (var i = 0; i < traces.Count; i++)
        {
            if (!double.IsNaN(probe.Judge(traces[i]).PValue) && i >= traces.Count / 4) judged++;
            if (i >= traces.Count / 4) windows += probe.Windows.Count(window => !double.IsNaN(window.PValue));
        }
        return (1 + (judged / MostCases), 1 + (windows / MostCases));
    }

    private static void InjectTrace(byte[] state, List<RecordedTrace> traces, int index, SeededRandom random, IDictionary<(string, string, int), Cell> cells)
    {
        var trace = traces[index];
        var root = DurationZScore.RootOf(trace.Spans).Operation;
        var past = traces.Take(index).Select(other => DurationZScore.RootOf(other.Spans)).Where(other => other.Operation == root).Select(other => (double)other.Duration).ToList();
        var place = random.Below(trace.Spans.Length);
        Judge("none", trace.Spans);
        foreach (var (kind, factor) in Slowed) Judge(kind, SpanInjection.Slow(trace.Spans, place, factor));
        Judge("error", SpanInjection.Fail(trace.Spans, place));
        Judge("missing", SpanInjection.WithoutOne(trace.Spans, random));
        Judge("extra", SpanInjection.WithOneMore(trace.Spans, random));

        void Judge(string kind, SpanFacts[]? spans)
        {
            if (spans is null) return;
            var isFlagged = DurationZScore.Flags(past, DurationZScore.RootOf(spans).Duration);
            Count(cells, "trace", kind, 1, TraceProbe.Load(state).Judge(trace.IdHigh, trace.IdLow, spans).PValue, isFlagged);
        }
    }

    private static void InjectWindows(
        byte[] state, List<RecordedTrace> traces, int first, ulong operation, SeededRandom random, IDictionary<(string, string, int), Cell> cells)
    {
        var past = traces.Take(first).SelectMany(trace => trace.Spans).Where(span => span.Operation == operation).Select(span => (double)span.Duration).ToList();
        foreach (var k in Counts)
        {
            foreach (var (kind, factor) in Slowed) Judge(kind, k, (spans, place) => SpanInjection.Slow(spans, place, factor));
            Judge("error", k, SpanInjection.Fail);
        }
        Judge("none", 0, (spans, _) => spans);

        void Judge(string kind, int k, Func<SpanFacts[], int, SpanFacts[]> change)
        {
            var probe = TraceProbe.Load(state);
            var open = TraceProbe.WindowEvents - probe.Find(operation).Open;
            var places = Enumerable.Range(0, open).ToArray();
            random.Shuffle(places.AsSpan());
            var chosen = places.Take(k).ToHashSet();
            var met = 0;
            var durations = new List<double>();
            for (var i = first; i < traces.Count; i++)
            {
                var spans = traces[i].Spans;
                for (var s = 0; s < spans.Length; s++)
                    if (spans[s].Operation == operation && chosen.Contains(met++)) spans = change(spans, s);
                durations.AddRange(spans.Where(span => span.Operation == operation).Select(span => (double)span.Duration));
                probe.Judge(traces[i].IdHigh, traces[i].IdLow, spans);
                foreach (var window in probe.Windows)
                {
                    if (window.Operation != operation) continue;
                    Count(cells, "window", kind, k, window.PValue, DurationZScore.Flags(past, durations));
                    return;
                }
            }
        }
    }

    private static void Count(IDictionary<(string, string, int), Cell> cells, string unit, string kind, int k, double pValue, bool isZScoreFlagged)
    {
        var cell = cells.TryGetValue((unit, kind, k), out var known) ? known : default;
        cells[(unit, kind, k)] = new Cell(cell.Cases + 1, cell.At05 + (pValue <= 0.05 ? 1 : 0), cell.At01 + (pValue <= 0.01 ? 1 : 0), cell.ZScore + (isZScoreFlagged ? 1 : 0));
    }

    private static void Write(Utf8JsonWriter json, SortedDictionary<(string Unit, string Kind, int K), Cell> cells)
    {
        json.WriteStartObject();
        json.WriteString("signal", "traces");
        json.WriteStartArray("power");
        foreach (var ((unit, kind, k), cell) in cells)
        {
            json.WriteStartObject();
            json.WriteString("unit", unit);
            json.WriteString("kind", kind);
            json.WriteNumber("k", k);
            json.WriteNumber("rate05", cell.At05 / (double)cell.Cases);
            json.WriteNumber("rate01", cell.At01 / (double)cell.Cases);
            json.WriteNumber("cases", cell.Cases);
            json.WriteStartObject("baselines");
            json.WriteNumber("random", 0.05);
            json.WriteNumber("flagAll", 1);
            json.WriteNumber("zScore", cell.ZScore / (double)cell.Cases);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private readonly record struct Cell(int Cases, int At05, int At01, int ZScore);
}

using Driftlock.Cbad.Traces;

namespace Driftlock.Cli.Eval;

/// <summary>
/// What any other method would have to beat: a trace is flagged when its root took 1.96 standard deviations longer or shorter than the
/// first half of the traces that begin with the same operation.
/// </summary>
internal static class DurationZScore
{
    private const int Least = 20;

    public static double FlaggedShare(IEnumerable<RecordedTrace> traces)
    {
        int flagged = 0, judged = 0;
        foreach (var group in traces.Select(trace => RootOf(trace.Spans)).GroupBy(root => root.Operation))
        {
            var durations = group.Select(root => (double)root.Duration).ToList();
            if (durations.Count < 2 * Least) continue;
            var first = durations[..(durations.Count / 2)];
            flagged += durations[first.Count..].Count(duration => Flags(first, duration));
            judged += durations.Count - first.Count;
        }
        return judged == 0 ? 0 : flagged / (double)judged;
    }

    public static bool Flags(IReadOnlyCollection<double> past, double value)
    {
        var mean = past.Average();
        var deviation = Math.Sqrt(past.Average(one => (one - mean) * (one - mean))) + 1e-9;
        return Math.Abs(value - mean) / deviation >= 1.96;
    }

    /// <summary>The same for windows: the mean duration of consecutive spans among such means of the past.</summary>
    public static bool Flags(IEnumerable<double> past, IReadOnlyCollection<double> window) =>
        Flags([.. past.Chunk(TraceProbe.WindowEvents).Where(chunk => chunk.Length == TraceProbe.WindowEvents).Select(chunk => chunk.Average())], window.Average());

    public static SpanFacts RootOf(IEnumerable<SpanFacts> spans) => spans.OrderBy(span => span.ParentSpanId != 0).ThenBy(span => span.Start).First();
}

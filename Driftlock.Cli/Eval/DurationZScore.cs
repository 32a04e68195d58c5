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
        foreach (var group in traces.Select(RootOf).GroupBy(root => root.Operation))
        {
            var durations = group.Select(root => (double)root.Duration).ToList();
            if (durations.Count < 2 * Least) continue;
            var first = durations[..(durations.Count / 2)];
            var mean = first.Average();
            var deviation = Math.Sqrt(first.Average(duration => (duration - mean) * (duration - mean))) + 1e-9;
            flagged += durations[first.Count..].Count(duration => Math.Abs(duration - mean) / deviation >= 1.96);
            judged += durations.Count - first.Count;
        }
        return judged == 0 ? 0 : flagged / (double)judged;
    }

    private static Cbad.Traces.SpanFacts RootOf(RecordedTrace trace) =>
        trace.Spans.OrderBy(span => span.ParentSpanId != 0).ThenBy(span => span.Start).First();
}

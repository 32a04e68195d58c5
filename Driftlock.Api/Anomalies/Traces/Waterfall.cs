namespace Driftlock.Api.Anomalies.Traces;

/// <summary>A span that was found, before it has its place.</summary>
internal sealed record FoundSpan(string SpanId, string? ParentSpanId, string Service, string Name, string Kind, ulong Start, ulong Duration, bool Failed, int? Line);

/// <summary>The order in which people read a trace: a parent before its children, siblings by start.</summary>
internal static class Waterfall
{
    public const int MostSpans = 500;

    private const int NoParent = -1;

    /// <param name="found">The spans, in any order.</param>
    /// <param name="lines">The lines of the trace, those that must be seen first.</param>
    public static List<FoundSpan> Of(IEnumerable<FoundSpan> found, IReadOnlyList<int> lines)
    {
        FoundSpan[] spans = [.. found.OrderBy(span => span.Start).ThenByDescending(span => span.Duration).ThenBy(span => span.SpanId, StringComparer.Ordinal)];
        var parents = Parents(spans);
        var chosen = Choose(spans, parents, lines);
        var children = Enumerable.Range(0, spans.Length).Where(i => chosen[i] && parents[i] != NoParent).ToLookup(i => parents[i]);
        var ordered = new List<FoundSpan>();
        var isPlaced = new bool[spans.Length];
        var open = new Stack<int>();
        for (var i = 0; i < spans.Length; i++)
            if (chosen[i] && (parents[i] == NoParent || !chosen[parents[i]])) Place(i);
        // What is left hangs on a circle of parents, which no root reaches.
        for (var i = 0; i < spans.Length; i++)
            if (chosen[i]) Place(i);
        return ordered;

        void Place(int root)
        {
            open.Push(root);
            while (open.TryPop(out var span))
            {
                if (isPlaced[span]) continue;
                isPlaced[span] = true;
                ordered.Add(spans[span]);
                foreach (var child in children[span].Reverse()) open.Push(child);
            }
        }
    }

    /// <summary>Of several spans of one id the earliest is the parent: a sender that retries may send one twice.</summary>
    private static int[] Parents(FoundSpan[] spans)
    {
        var byId = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < spans.Length; i++) byId.TryAdd(spans[i].SpanId, i);
        return [.. spans.Select((span, i) => span.ParentSpanId is { } parent && byId.TryGetValue(parent, out var at) && at != i ? at : NoParent)];
    }

    private static bool[] Choose(FoundSpan[] spans, int[] parents, IReadOnlyList<int> lines)
    {
        var chosen = new bool[spans.Length];
        if (spans.Length <= MostSpans)
        {
            Array.Fill(chosen, true);
            return chosen;
        }
        var left = MostSpans;
        var byLine = Enumerable.Range(0, spans.Length).Where(i => spans[i].Line is not null).ToLookup(i => spans[i].Line!.Value);
        foreach (var span in lines.SelectMany(line => byLine[line]))
            for (var at = span; at != NoParent && !chosen[at] && left > 0; at = parents[at]) Choose(at);
        for (var i = 0; i < spans.Length && left > 0; i++)
            if (!chosen[i]) Choose(i);
        return chosen;

        void Choose(int span)
        {
            chosen[span] = true;
            left--;
        }
    }
}

using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Traces;

namespace Driftlock.Cli.Eval;

/// <summary>Faults put into recorded traces. Each returns a changed copy, or null where the trace offers no place for it.</summary>
internal static class SpanInjection
{
    private const ulong NewSpanId = 0x6472696674;

    /// <summary>The span's own work takes longer: its ancestors wait for it, and what began after it begins later.</summary>
    public static SpanFacts[] Slow(SpanFacts[] spans, int slowed, double factor)
    {
        var delay = (ulong)((factor - 1) * spans[slowed].Duration);
        var ancestors = Ancestors(spans, slowed);
        var end = spans[slowed].End;
        return [.. spans.Select((span, i) => i == slowed || ancestors.Contains(span.SpanId) ? span with { Duration = span.Duration + delay }
            : span.Start >= end ? span with { Start = span.Start + delay } : span)];
    }

    public static SpanFacts[] Fail(SpanFacts[] spans, int failed) =>
        [.. spans.Select((span, i) => i == failed ? span with { Status = SpanFacts.Error } : span)];

    /// <summary>A span and all below it never happened.</summary>
    public static SpanFacts[]? WithoutOne(SpanFacts[] spans, SeededRandom random)
    {
        var candidates = Children(spans);
        if (candidates.Count == 0) return null;
        var gone = candidates[random.Below(candidates.Count)];
        return [.. spans.Where((span, i) => i != gone && !Ancestors(spans, i).Contains(spans[gone].SpanId))];
    }

    /// <summary>One more call of an operation of the trace, from a span that exists, at a time within it.</summary>
    public static SpanFacts[]? WithOneMore(SpanFacts[] spans, SeededRandom random)
    {
        var candidates = Children(spans);
        if (candidates.Count == 0) return null;
        var copied = spans[candidates[random.Below(candidates.Count)]];
        var parent = spans[random.Below(spans.Length)];
        return [.. spans, copied with { SpanId = NewSpanId, ParentSpanId = parent.SpanId, Start = parent.Start + (ulong)(random.Unit() * parent.Duration) }];
    }

    private static List<int> Children(SpanFacts[] spans)
    {
        var ids = spans.Select(span => span.SpanId).ToHashSet();
        return [.. Enumerable.Range(0, spans.Length).Where(i => ids.Contains(spans[i].ParentSpanId))];
    }

    private static HashSet<ulong> Ancestors(SpanFacts[] spans, int span)
    {
        var found = new HashSet<ulong>();
        for (var at = spans[span].ParentSpanId; at != 0 && found.Add(at);)
            at = Array.Find(spans, candidate => candidate.SpanId == at).ParentSpanId;
        return found;
    }
}

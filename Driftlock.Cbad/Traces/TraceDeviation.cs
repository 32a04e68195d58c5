namespace Driftlock.Cbad.Traces;

/// <summary>The span of a trace that deviates most, and what would have been usual. Times in nanoseconds.</summary>
/// <param name="Span">Index in the tree; its path is the chain of <see cref="TraceTree.Parents"/>.</param>
/// <param name="SelfTime">Time not covered by its children.</param>
/// <param name="Typical">Median self time of the operation's past spans.</param>
/// <param name="Low">One in twenty past spans took less.</param>
/// <param name="High">One in twenty took longer.</param>
/// <param name="Bits">Excess bits of the span, or how slow its own work was in bits, whichever is more; units of 1/65,536 bit.</param>
/// <param name="IsSlow">Its own work is what deviates most, not its form, callers or callees.</param>
internal readonly record struct TraceDeviation(int Span, ulong SelfTime, ulong Typical, ulong Low, ulong High, int Bits, bool IsSlow)
{
    public static TraceDeviation Of(TraceTree tree, ReadOnlySpan<SpanScore> scores, Func<ulong, SpanModel?> find)
    {
        var (span, bits) = (0, int.MinValue);
        for (var i = 0; i < tree.Count; i++)
        {
            var own = BitsOf(scores[i]);
            if (own <= bits) continue;
            (span, bits) = (i, own);
        }
        if (find(tree.Spans[span].Operation) is not { } model) return default;
        var times = model.SelfTimes;
        return new TraceDeviation(
            span, tree.SelfTime(span), Time(times, 0.5), Time(times, 0.05), Time(times, 0.95), bits,
            scores[span].SelfSlowness >= scores[span].Structure - scores[span].Usual);
    }

    /// <summary>What a span itself deviates by: its structure beyond the usual, or its own slowness. Waiting for slow children does not count.</summary>
    public static int BitsOf(in SpanScore span) => Math.Max(span.Structure - span.Usual, span.SelfSlowness);

    private static ulong Time(DurationModel times, double share) => DurationModel.Nanoseconds(times.BinAt(share));
}

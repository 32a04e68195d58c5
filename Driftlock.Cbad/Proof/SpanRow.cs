using Driftlock.Cbad.Traces;

namespace Driftlock.Cbad.Proof;

/// <summary>A span as judged, with its score, out of the reach of the buffers it was read from.</summary>
internal sealed record SpanRow(SpanFacts Facts, ulong TraceIdHigh, ulong TraceIdLow, ulong SelfTime, ulong Caller, ulong[] Callees, bool IsFirst, SpanScore Score, int Depth)
{
    public static SpanRow Of(in JudgedSpan span, in SpanScore score, int depth) =>
        new(span.Facts, span.TraceIdHigh, span.TraceIdLow, span.SelfTime, span.Caller, span.Callees.ToArray(), span.IsFirst, score, depth);

    /// <summary>Spans as <see cref="JudgedSpan.Save"/> wrote them, not scored yet.</summary>
    /// <exception cref="InvalidDataException">Not written so.</exception>
    public static List<SpanRow> ReadAll(ReadOnlySpan<byte> window)
    {
        var callees = new ulong[JudgedSpan.MaxCallees];
        var rows = new List<SpanRow>();
        while (!window.IsEmpty) rows.Add(Of(JudgedSpan.Load(ref window, callees), default, 0));
        return rows;
    }

    public JudgedSpan Judged => new(Facts, TraceIdHigh, TraceIdLow, SelfTime, Caller, Callees, IsFirst);

    /// <summary>What was called how often, in order of the first calls.</summary>
    public IEnumerable<(ulong Callee, int Calls)> Calls => Callees.Distinct().Select(callee => (callee, Callees.Count(other => other == callee)));

    /// <summary>What is the same in ordinary spans of an operation: who called it, how it ended, what it called.</summary>
    public ulong Shape
    {
        get
        {
            var hash = (Caller * 0x9E3779B97F4A7C15) ^ Facts.Status ^ ((ulong)Facts.Keys << 32);
            foreach (var callee in Callees) hash = (hash ^ callee) * 0xbf58476d1ce4e5b9;
            return hash;
        }
    }
}

using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Traces;

/// <summary>What is ranked about a complete trace among the past traces that began with the same operation. Units of 1/65,536 bit, at least 0.</summary>
/// <param name="Largest">Largest excess of one span.</param>
/// <param name="Total">Sum of the spans' excess bits.</param>
/// <param name="Form">Largest code length of a status, kind and set of attribute keys.</param>
/// <param name="Structure">Largest code length of one span's caller and sequence of callees.</param>
/// <param name="Counts">Largest code length of how often one span called each of its callees.</param>
/// <param name="SelfTime">Largest <see cref="SpanScore.SelfSlowness"/>.</param>
internal readonly record struct TraceScores(int Largest, int Total, int Form, int Structure, int Counts, int SelfTime)
{
    public const int Kinds = 6;

    public static IReadOnlyList<string> Names { get; } = ["largest", "total", "form", "structure", "counts", "selfTime"];

    /// <summary>Set before anything was measured; not tuned.</summary>
    public static double[] Weights { get; } = [0.15, 0.15, 0.15, 0.15, 0.2, 0.2];

    /// <summary>Durations have heavy tails (shape 1/5); structure, and what is bounded span by span, has thin ones (1/10).</summary>
    public static int[] TailPowers { get; } = [5, 5, 10, 10, 10, 5];

    /// <summary>
    /// As in <see cref="SpanWindowScores.Units"/>; traces do not overlap as windows of the past do, so that 100 of them without anything new
    /// make the first new thing about as rare as 1 in 100.
    /// </summary>
    public static double[] Units { get; } = [5 * FixedLog.One, 5 * FixedLog.One, 5 * FixedLog.One, 5 * FixedLog.One, 5 * FixedLog.One, 2 * FixedLog.One];

    /// <summary>For people, in the order of <see cref="Names"/>.</summary>
    public static IReadOnlyList<string> Labels { get; } =
    [
        "bits of the oddest span beyond its usual", "bits of all spans beyond their usual", "bits of a status, kind and set of attributes", "bits of a caller and a sequence of calls",
        "bits of how often a span called others", "bits of a span's own slowness",
    ];

    /// <summary>True when none of the other's scores is larger.</summary>
    public bool Covers(in TraceScores other) => Most(other) == this;

    public TraceScores Most(in TraceScores other) => new(
        Math.Max(Largest, other.Largest), Math.Max(Total, other.Total), Math.Max(Form, other.Form), Math.Max(Structure, other.Structure),
        Math.Max(Counts, other.Counts), Math.Max(SelfTime, other.SelfTime));

    public void Save(ByteBuffer target)
    {
        foreach (var score in (ReadOnlySpan<int>)[Largest, Total, Form, Structure, Counts, SelfTime]) target.WriteVarint((ulong)score);
    }

    public static TraceScores Load(scoped ref ReadOnlySpan<byte> source) => new(
        (int)Varint.Read(ref source), (int)Varint.Read(ref source), (int)Varint.Read(ref source), (int)Varint.Read(ref source),
        (int)Varint.Read(ref source), (int)Varint.Read(ref source));

    public void CopyTo(Span<int> scores)
    {
        scores[0] = Largest;
        scores[1] = Total;
        scores[2] = Form;
        scores[3] = Structure;
        scores[4] = Counts;
        scores[5] = SelfTime;
    }
}

/// <summary>
/// Adds up the spans of a trace. One fault changes the structure of one span, so the largest is taken there: a sum over hundreds of ordinary
/// spans would hide it. What is wrong everywhere a little shows in the total, which stops at 32,767 bits.
/// </summary>
internal struct TraceSums
{
    private long _total;
    private TraceScores _largest;

    public void Add(in SpanScore span)
    {
        _total += span.Excess;
        _largest = new TraceScores(
            Math.Max(_largest.Largest, span.Excess), 0, Math.Max(_largest.Form, span.Form), Math.Max(_largest.Structure, span.Parent + span.Children),
            Math.Max(_largest.Counts, span.Counts), Math.Max(_largest.SelfTime, span.SelfSlowness));
    }

    public readonly TraceScores Scores => _largest with { Total = (int)Math.Min(int.MaxValue, Math.Max(0, _total)) };
}

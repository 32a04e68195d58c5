using Driftlock.Cbad.Coding;

namespace Driftlock.Cbad.Traces;

/// <summary>What is ranked about a complete trace among the past traces that began with the same operation. Units of 1/65,536 bit, at least 0.</summary>
/// <param name="Largest">Largest excess of one span.</param>
/// <param name="Total">Sum of the spans' excess bits.</param>
/// <param name="Structure">Code length of callers, forms and the order of callees.</param>
/// <param name="Counts">Code length of how often each callee was called.</param>
/// <param name="SelfTime">Largest <see cref="SpanScore.SelfSlowness"/>.</param>
internal readonly record struct TraceScores(int Largest, int Total, int Structure, int Counts, int SelfTime)
{
    public const int Kinds = 5;

    public static IReadOnlyList<string> Names { get; } = ["largest", "total", "structure", "counts", "selfTime"];

    /// <summary>Set before anything was measured; not tuned.</summary>
    public static double[] Weights { get; } = [0.25, 0.15, 0.2, 0.2, 0.2];

    /// <summary>Durations have heavy tails (shape 1/5); structure, and what is bounded span by span, has thin ones (1/10).</summary>
    public static int[] TailPowers { get; } = [5, 5, 10, 10, 5];

    /// <summary>
    /// As in <see cref="SpanWindowScores.Units"/>; traces do not overlap as windows of the past do, so that 100 of them without anything new
    /// make the first new thing about as rare as 1 in 100.
    /// </summary>
    public static double[] Units { get; } = [5 * FixedLog.One, 5 * FixedLog.One, 5 * FixedLog.One, 5 * FixedLog.One, 2 * FixedLog.One];

    public void CopyTo(Span<int> scores)
    {
        scores[0] = Largest;
        scores[1] = Total;
        scores[2] = Structure;
        scores[3] = Counts;
        scores[4] = SelfTime;
    }
}

/// <summary>Sums over a trace may exceed what a score can hold: they stop at 32,767 bits.</summary>
internal struct TraceSums
{
    private long _total;
    private long _structure;
    private long _counts;
    private int _largest;
    private int _selfTime;

    public void Add(in SpanScore span)
    {
        _total += span.Excess;
        _structure += span.Parent + span.Form + span.Children;
        _counts += span.Counts;
        _largest = Math.Max(_largest, span.Excess);
        _selfTime = Math.Max(_selfTime, span.SelfSlowness);
    }

    public readonly TraceScores Scores => new(_largest, Clamp(_total), Clamp(_structure), Clamp(_counts), _selfTime);

    private static int Clamp(long bits) => (int)Math.Min(int.MaxValue, Math.Max(0, bits));
}

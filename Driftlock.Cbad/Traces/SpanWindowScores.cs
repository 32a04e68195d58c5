using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Traces;

/// <summary>What is ranked about consecutive spans of one operation.</summary>
/// <param name="Slowest">Largest <see cref="SpanScore.Slowness"/>, units of 1/65,536 bit.</param>
/// <param name="Slow">Sum of <see cref="SpanScore.Slow"/>: a shift of the whole distribution, or several slow spans; units of 1/65,536 bit.</param>
/// <param name="Errors">Spans with an error status.</param>
/// <param name="Structure">Largest <see cref="SpanScore.Structure"/>, units of 1/65,536 bit.</param>
/// <param name="Odd">Sum of <see cref="SpanScore.Odd"/>, units of 1/65,536 bit.</param>
internal readonly record struct SpanWindowScores(int Slowest, int Slow, int Errors, int Structure, int Odd)
{
    public const int Kinds = 5;

    public static IReadOnlyList<string> Names { get; } = ["slowest", "slow", "errors", "structure", "odd"];

    /// <summary>Set before anything was measured; not tuned.</summary>
    public static double[] Weights { get; } = [0.25, 0.25, 0.2, 0.15, 0.15];

    /// <summary>Durations have heavy tails (shape 1/5); structure, and what is bounded span by span, has thin ones (1/10).</summary>
    public static int[] TailPowers { get; } = [5, 10, 10, 10, 10];

    /// <summary>
    /// An odd span counts up to 8 bits. One structure that was never seen costs some 15 bits, about 8 of them for being new at all. Where the past held none, that is no
    /// reason to call it rarer than the past is long, so the tail's scale is not below half of 8 bits.
    /// </summary>
    public static double[] Units { get; } = [8 * FixedLog.One, FixedLog.One, FixedLog.One, 8 * FixedLog.One, 8 * FixedLog.One];

    /// <summary>For people, in the order of <see cref="Names"/>.</summary>
    public static IReadOnlyList<string> Labels { get; } =
        ["bits of the slowest span", "bits of slowness beyond one in ten, all spans", "spans that failed", "bits of a status, a caller and calls", "bits of such beyond the usual, all spans"];

    /// <summary>True when none of the other's scores is larger.</summary>
    public bool Covers(in SpanWindowScores other) =>
        other.Slowest <= Slowest && other.Slow <= Slow && other.Errors <= Errors && other.Structure <= Structure && other.Odd <= Odd;

    /// <summary>The largest of each.</summary>
    public SpanWindowScores Most(in SpanWindowScores other) =>
        new(Math.Max(Slowest, other.Slowest), Math.Max(Slow, other.Slow), Math.Max(Errors, other.Errors), Math.Max(Structure, other.Structure), Math.Max(Odd, other.Odd));

    public SpanWindowScores With(in SpanScore span) => new(
        Math.Max(Slowest, span.Slowness), Slow + span.Slow, Errors + (span.IsError ? 1 : 0), Math.Max(Structure, span.Structure), Odd + span.Odd);

    public SpanWindowScores With(in SpanWindowScores other) =>
        new(Math.Max(Slowest, other.Slowest), Slow + other.Slow, Errors + other.Errors, Math.Max(Structure, other.Structure), Odd + other.Odd);

    /// <summary>All on the scale of <see cref="ScoreCalibration"/>: an error counts as much as one bit.</summary>
    public void CopyTo(Span<int> scores)
    {
        scores[0] = Slowest;
        scores[1] = Slow;
        scores[2] = Errors * FixedLog.One;
        scores[3] = Structure;
        scores[4] = Odd;
    }

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)Slowest);
        target.WriteVarint((ulong)Slow);
        target.WriteVarint((ulong)Errors);
        target.WriteVarint((ulong)Structure);
        target.WriteVarint((ulong)Odd);
    }

    public static SpanWindowScores Load(scoped ref ReadOnlySpan<byte> source) =>
        new((int)Varint.Read(ref source), (int)Varint.Read(ref source), (int)Varint.Read(ref source), (int)Varint.Read(ref source), (int)Varint.Read(ref source));
}

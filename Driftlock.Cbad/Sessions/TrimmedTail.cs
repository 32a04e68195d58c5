using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Sessions;

/// <summary>
/// The normal sessions that may have gone with the trimmed ones. What the body of the scores foresees beyond the cut is put back into
/// every p-value as an exponential that falls half as fast as the body does, since tails are heavier than bodies.
/// </summary>
/// <param name="Start">The 90 % quantile of the kept sessions' evidence, in units of 1/65,536.</param>
/// <param name="Scale">Of the exponential, in the same units; 0 when nothing was trimmed.</param>
internal readonly record struct TrimmedTail(int Start, double Scale)
{
    /// <summary>The share of normal sessions that may lie beyond the cut.</summary>
    public const double Share = 0.015;

    /// <summary>The p-value of <see cref="Start"/>.</summary>
    public const double BodyShare = 0.1;

    private const double Heavier = 2;

    /// <param name="median">Of the kept sessions' evidence.</param>
    /// <param name="start">The 90 % quantile.</param>
    public static TrimmedTail Of(int median, int start) => new(start, Heavier * Math.Max(1, start - median) / ExactMath.Log(0.5 / BodyShare));

    /// <summary>The share of normal sessions with this evidence or more that the kept ones may not show.</summary>
    public double Mass(int evidence)
    {
        if (Scale == 0) return 0;
        if (evidence <= Start) return Share;
        return Math.Min(Share, BodyShare * ExactMath.Exp(-Math.Min((evidence - Start) / Scale, 600)));
    }

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)Start);
        target.WriteDouble(Scale);
    }

    public static TrimmedTail Load(scoped ref ReadOnlySpan<byte> source) =>
        new((int)Varint.Read(ref source), Varint.ReadDouble(ref source));
}

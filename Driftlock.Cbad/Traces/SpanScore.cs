using Driftlock.Cbad.Coding;

namespace Driftlock.Cbad.Traces;

/// <summary>What one span cost under everything its operation had shown before. Units of 1/65,536 bit.</summary>
/// <param name="Parent">Code length of the operation that called it.</param>
/// <param name="Form">Of status, kind and the set of attribute keys.</param>
/// <param name="Duration">Of the logarithm of the duration.</param>
/// <param name="Children">Of the sequence of operations that it called, in order of their starts.</param>
/// <param name="Counts">Of how often it called each operation that it is known to call.</param>
/// <param name="Slowness">-log2 of the share of past spans that took at least as long.</param>
/// <param name="SelfSlowness">The same of the time not covered by children.</param>
/// <param name="Usual">Mean of <see cref="Bits"/> over the operation's past spans.</param>
/// <param name="Odd">Structure beyond the mean of the past spans and 4 bits more, 0 to 8 bits: many odd spans add up, one very odd span does not pass for many.</param>
/// <param name="IsError">Status code 2.</param>
internal readonly record struct SpanScore(
    int Parent, int Form, int Duration, int Children, int Counts, int Slowness, int SelfSlowness, int Usual, int Odd, bool IsError)
{
    /// <summary>A duration that one in ten past spans reached or exceeded.</summary>
    public const int SlowTenth = (int)(3.3219280948873623 * FixedLog.One);

    /// <summary>What a compressor would have written for the span.</summary>
    public int Bits => Parent + Form + Duration + Children + Counts;

    /// <summary>How much more than its operation's usual; may be negative.</summary>
    public int Excess => Bits - Usual;

    public int Structure => Parent + Form + Children + Counts;

    /// <summary>Bits of slowness beyond <see cref="SlowTenth"/>, 0 to 8: many slow spans add up, one very slow span does not pass for many.</summary>
    public int Slow => Math.Min(8 * FixedLog.One, Math.Max(0, Slowness - SlowTenth));
}

using Driftlock.Cbad.Coding;

namespace Driftlock.Cbad.Sessions;

/// <summary>What a session cost, part by part.</summary>
/// <param name="Sequence">The order of its events.</param>
/// <param name="Count">The number of each template.</param>
/// <param name="Length">Code length of the number of its events, in units of 1/65,536 bit.</param>
/// <param name="Distance">Distance to the nearest set of counts, 0 to <see cref="CountVectors.Farthest"/>.</param>
internal readonly record struct SessionScore(SequenceScore Sequence, CountScore Count, int Length, int Distance)
{
    /// <summary>The parts that are ranked.</summary>
    public const int Parts = 4;

    /// <summary>The dearest event: what is rare, out of place or followed by the wrong thing.</summary>
    public const int SequenceMax = 0;

    /// <summary>The dearest count: one template that is missing or too many.</summary>
    public const int CountMax = 1;

    /// <summary>All counts: many templates that are each a little unusual.</summary>
    public const int CountTotal = 2;

    /// <summary>The nearest set of counts: numbers that are usual each, but not together.</summary>
    public const int Nearest = 3;

    /// <summary>
    /// The dearest of the templates that are absent, in whole bits (units of 1/65,536): what is always absent creeps up by fractions of a bit as sessions are
    /// learned, and would be the largest so far each time.
    /// </summary>
    public int Missing => Count.Missing / FixedLog.One * FixedLog.One;

    /// <summary>A part by its number, at least 0.</summary>
    public int this[int part] => part switch
    {
        SequenceMax => Sequence.Max,
        CountMax => Count.Max,
        CountTotal => (int)Math.Min(Count.Total, int.MaxValue),
        _ => Distance,
    };
}

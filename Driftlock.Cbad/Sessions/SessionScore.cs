namespace Driftlock.Cbad.Sessions;

/// <summary>An event that could have stood in a place.</summary>
/// <param name="Template">Its hash; 0 is the end of the session.</param>
/// <param name="Probability">How likely it was.</param>
internal readonly record struct ExpectedEvent(ulong Template, double Probability);

/// <summary>What a session cost, part by part.</summary>
/// <param name="Sequence">The order of its events.</param>
/// <param name="Count">The number of each template.</param>
/// <param name="Length">Code length of the number of its events, in units of 1/65,536 bit.</param>
/// <param name="Distance">Distance to the nearest set of counts, 0 to <see cref="CountVectors.Farthest"/>.</param>
internal readonly record struct SessionScore(SequenceScore Sequence, CountScore Count, int Length, int Distance);

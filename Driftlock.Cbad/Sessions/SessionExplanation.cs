namespace Driftlock.Cbad.Sessions;

/// <summary>An event that could have stood in a place.</summary>
/// <param name="Template">Its hash; 0 is the end of the session.</param>
/// <param name="Probability">How likely it was there.</param>
internal readonly record struct ExpectedEvent(ulong Template, double Probability);

/// <summary>A template whose number in the session is unusual.</summary>
/// <param name="Template">Its hash; only the upper 48 bits are set when it was never seen before.</param>
/// <param name="Count">How often the session has it; 0 when it is missing.</param>
/// <param name="Usual">How often most sessions have it. From 16 on the lower end of a range of an eighth.</param>
/// <param name="UsualShare">The share of sessions that have it so often.</param>
/// <param name="Bits">What the count cost, in units of 1/65,536 bit.</param>
internal readonly record struct UnusualCount(ulong Template, int Count, int Usual, double UsualShare, int Bits);

/// <summary>Why a session cost what it did.</summary>
/// <param name="Score">All parts.</param>
/// <param name="Costliest">Index of the dearest event; the number of events when it is that the session ended there.</param>
/// <param name="Expected">What was likely there instead, likeliest first.</param>
/// <param name="Counts">The templates with the dearest counts, dearest first.</param>
/// <param name="Length">The number of events beside its usual one.</param>
internal sealed record SessionExplanation(
    SessionScore Score, int Costliest, IReadOnlyList<ExpectedEvent> Expected, IReadOnlyList<UnusualCount> Counts, UnusualCount Length);

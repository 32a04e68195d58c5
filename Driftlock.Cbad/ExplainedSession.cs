namespace Driftlock.Cbad;

/// <summary>What was unusual about a session of log records.</summary>
/// <param name="Key">Of the attribute that names the session; trace id where none was configured.</param>
/// <param name="Value">Of that attribute, or the trace id as 32 hex digits.</param>
/// <param name="Events">Records of the session; of more than are shown, the first were judged.</param>
/// <param name="Sessions">Past sessions of the stream.</param>
/// <param name="Counts">The kinds of line whose number is unusual, dearest first, at most 5.</param>
/// <param name="AtEnd">What would have come instead of the session's end, likeliest first, where the end was the dearest place; else empty.</param>
public sealed record ExplainedSession(
    string Key, string Value, int Events, long Sessions, IReadOnlyList<UnusualStep> Counts, IReadOnlyList<ExpectedInstead> AtEnd);

/// <summary>A kind of line that a session has unusually often, or not at all.</summary>
/// <param name="Text">A line of it; null where none was kept.</param>
/// <param name="Count">How often the session has it.</param>
/// <param name="Usual">How often most sessions have it; from 16 on the lower end of a range of an eighth.</param>
/// <param name="UsualShare">The share of past sessions that have it so often, 0 to 1.</param>
/// <param name="PresentShare">The share of past sessions that have it at all, 0 to 1.</param>
/// <param name="Bits">What the number cost.</param>
public sealed record UnusualStep(string? Text, int Count, int Usual, double UsualShare, double PresentShare, double Bits);

namespace Driftlock.Telemetry;

/// <summary>Why one plain JSON event was not taken.</summary>
/// <param name="Index">0-based place in the request.</param>
/// <param name="Line">1-based line in the request.</param>
/// <param name="Field">Name of the field; null when the event as a whole is wrong.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record PlainEventError(int Index, int Line, string? Field, string Message);

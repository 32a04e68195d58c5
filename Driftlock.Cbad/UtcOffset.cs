using System.Text.Json.Serialization;

namespace Driftlock.Cbad;

/// <summary>Local time's distance from UTC, from a moment until the next entry; daylight saving is an entry like any other.</summary>
/// <param name="FromUnixSeconds">Seconds since 1970.</param>
/// <param name="Minutes">That local time is ahead of UTC; negative in the west; at most 18 hours either way.</param>
[method: JsonConstructor]
public readonly record struct UtcOffset(long FromUnixSeconds, int Minutes);

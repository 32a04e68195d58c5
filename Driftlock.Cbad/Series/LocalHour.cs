namespace Driftlock.Cbad.Series;

/// <summary>Hours of local time, counted from a Monday's midnight (29 December 1969).</summary>
internal static class LocalHour
{
    public const int PerDay = 24;
    public const int PerWeek = 7 * PerDay;

    private const ulong NanosecondsPerMinute = 60_000_000_000;
    private const int MinutesPerHour = 60;

    /// <summary>1970 began on a Thursday.</summary>
    private const int FromMonday = 3 * PerDay;

    /// <param name="timeUnixNano">Of the point.</param>
    /// <param name="utcOffsetMinutes">That local time is ahead of UTC, less than three days either way.</param>
    /// <returns>Not negative; modulo <see cref="PerDay"/> and <see cref="PerWeek"/> the hour of the day and of the week.</returns>
    public static long Of(ulong timeUnixNano, int utcOffsetMinutes) =>
        ((long)(timeUnixNano / NanosecondsPerMinute) + utcOffsetMinutes + (FromMonday * MinutesPerHour)) / MinutesPerHour;
}

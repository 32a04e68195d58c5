using Driftlock.Cbad.Coding;

namespace Driftlock.Tests.Series;

/// <summary>A made-up series that is busy by day from Monday to Friday and idle otherwise, a point every quarter of an hour.</summary>
internal static class Weeks
{
    public const int PerDay = 96;
    public const int Sunday = 6;

    private const ulong Monday = 1_767_571_200_000_000_000; // 2026-01-05T00:00:00Z

    public static ulong Time(int row) => Monday + ((ulong)row * 900_000_000_000);

    /// <summary>What is usual at a row, without noise.</summary>
    public static double Usual(int row, bool weekends) => row / PerDay % 7 < 5 || !weekends ? Weekday(row) : 20;

    public static double Weekday(int row)
    {
        var hour = row % PerDay * 24.0 / PerDay;
        return 20 + (hour is >= 7 and < 19 ? 100 * Math.Sin((hour - 7) * Math.PI / 12) : 0);
    }

    public static double[] Values(int weeks, ulong seed, bool weekends = true)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, weeks * 7 * PerDay).Select(row => Usual(row, weekends) + (3 * random.Normal()))];
    }
}

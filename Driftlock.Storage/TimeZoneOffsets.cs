using Driftlock.Cbad;

namespace Driftlock.Storage;

/// <summary>
/// Turns the name of a time zone into the numbers that a configuration entry holds. The engine never does: what this machine's time-zone
/// database says today becomes part of the log.
/// </summary>
public static class TimeZoneOffsets
{
    /// <summary>The 64 entries of a zone that changes its clocks twice a year are used up after 32.</summary>
    private const int Years = 40;

    private const long SecondsPerDay = 86_400;

    /// <summary>The configuration in the local time of a zone.</summary>
    /// <param name="configuration">Anything but its local time stays.</param>
    /// <param name="name">IANA name, such as Europe/Berlin.</param>
    /// <param name="from">Of the first entry; before it, its minutes hold as well.</param>
    /// <exception cref="FormatException">This machine knows no such zone; the message names the key.</exception>
    public static EngineConfiguration WithTimeZone(this EngineConfiguration configuration, string name, DateTimeOffset from) =>
        configuration with { TimeZone = name, UtcOffsets = Of(name, from) };

    /// <returns>Ascending, at most <see cref="EngineConfiguration.MostUtcOffsets"/>; empty for a zone that is UTC throughout.</returns>
    /// <inheritdoc cref="WithTimeZone"/>
    public static IReadOnlyList<UtcOffset> Of(string name, DateTimeOffset from)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
            throw new FormatException($"timeZone: this machine knows no time zone called '{name}'; an IANA name such as Europe/Berlin or UTC is right");
        var begin = from.ToUnixTimeSeconds();
        var end = from.AddYears(Years).ToUnixTimeSeconds();
        var offsets = new List<UtcOffset> { new(begin, Minutes(zone, begin)) };
        for (var day = begin; day < end && offsets.Count < EngineConfiguration.MostUtcOffsets; day += SecondsPerDay)
        {
            if (Minutes(zone, day + SecondsPerDay) == offsets[^1].Minutes) continue;
            var change = FirstAfter(zone, day, day + SecondsPerDay);
            offsets.Add(new UtcOffset(change, Minutes(zone, change)));
        }
        return offsets is [{ Minutes: 0 }] ? [] : offsets;
    }

    /// <summary>The first second with the minutes of <paramref name="after"/>, by halving.</summary>
    private static long FirstAfter(TimeZoneInfo zone, long before, long after)
    {
        var minutes = Minutes(zone, after);
        while (after - before > 1)
        {
            var middle = before + ((after - before) / 2);
            if (Minutes(zone, middle) == minutes) after = middle;
            else before = middle;
        }
        return after;
    }

    private static int Minutes(TimeZoneInfo zone, long seconds) => (int)zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(seconds)).TotalMinutes;
}

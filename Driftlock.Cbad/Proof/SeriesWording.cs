using System.Globalization;
using Driftlock.Cbad.Series;

namespace Driftlock.Cbad.Proof;

/// <summary>Figures of one number of a metric as text, and the sentence that says what is odd about it.</summary>
/// <param name="channel">value, rate, mean or percentile95.</param>
/// <param name="isDistribution">Then a rate is one of measurements, which have no unit.</param>
/// <param name="unit">As the sender gave it.</param>
internal sealed class SeriesWording(string channel, bool isDistribution, string unit)
{
    private const int MaxName = 120;

    private static readonly string[] Weekdays = ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"];

    // UCUM's "1" and annotations in braces are no words for people.
    private readonly string _unit = unit is "" or "1" ? "" : unit.StartsWith('{') && unit.EndsWith('}') ? " " + unit[1..^1] : " " + unit;

    public string Channel => channel;

    /// <summary>As evidence names it.</summary>
    public static string NameOf(SeriesFamily family, bool byWeek) => family switch
    {
        SeriesFamily.Shape => "shape",
        SeriesFamily.Step => "step",
        SeriesFamily.RareValue => "rareValue",
        SeriesFamily.Extreme => "extreme",
        SeriesFamily.TimeOfDay => byWeek ? "timeOfWeek" : "timeOfDay",
        SeriesFamily.Level => "level",
        _ => "spread",
    };

    public string Figure(double value) => !double.IsFinite(value) ? "no value" : channel switch
    {
        "rate" => Number(value) + (isDistribution ? "" : _unit) + "/s",
        _ => Number(value) + _unit,
    };

    public string Labelled(double value) => channel switch
    {
        "mean" => "mean " + Figure(value),
        "percentile95" => "95 % below " + Figure(value),
        _ => Figure(value),
    };

    /// <summary>What of the metric is meant, to stand before its name.</summary>
    public static string Subject(string channel) => channel switch { "mean" => "the mean of ", "percentile95" => "the 95th percentile of ", "rate" => "the rate of ", _ => "" };

    /// <summary>A name as it is quoted.</summary>
    public static string Short(string name) => name.Length <= MaxName ? name : name[..MaxName] + "...";

    /// <param name="name">Of the series.</param>
    /// <param name="point">The deciding one.</param>
    /// <param name="score">Of that point.</param>
    /// <param name="hour">What it was compared with, where that is an hour.</param>
    /// <param name="band">What is usual.</param>
    /// <param name="past">Points before it.</param>
    /// <param name="pValue">Of the window.</param>
    public string Why(string name, ExplainedPoint point, in SeriesScore score, string hour, (double Typical, double Low, double High) band, long past, double pValue)
    {
        var what = Subject(channel) + Short(name);
        var value = point.Value ?? double.NaN;
        var usual = $"{Figure(band.Low)} to {Figure(band.High)}";
        var at = Time(ulong.Parse(point.TimeUnixNano, CultureInfo.InvariantCulture));
        var moved = value < band.Low ? "fell to" : value > band.High ? "rose to" : "is";
        var reason = score.Leading switch
        {
            SeriesFamily.Extreme => $"beyond what {past} points before had shown",
            SeriesFamily.TimeOfDay => $"unlike {hour}",
            SeriesFamily.Level => "and its average is where it never was",
            SeriesFamily.Shape => $"and its course up to then is like none of the {NearestMatch.Lags} before",
            SeriesFamily.Step => "by steps of a size that is rare here",
            SeriesFamily.RareValue => "one of several values that are rare here",
            _ => $"and its last {RecentValues.Length} values spread as they never did",
        };
        var said = $"{moved} {Figure(value)} at {at}, where {usual} is usual, {reason}";
        if (score.ChangeTime is { } change) said += $"; it has been at another level since {Time(change)}";
        return $"{what} {said} (p = {Wording.Short(pValue)}).";
    }

    /// <summary>The hour that a value was compared with, such as Sundays at 14:00, Europe/Berlin.</summary>
    public static string HourOf(long hour, bool byWeek, string zone) => byWeek
        ? string.Create(CultureInfo.InvariantCulture, $"{Weekdays[(int)(hour % LocalHour.PerWeek) / LocalHour.PerDay]} at {hour % LocalHour.PerDay:00}:00, {zone}")
        : "this hour of the day";

    private static string Number(double value) => value.ToString("G5", CultureInfo.InvariantCulture);

    /// <summary>To the second, UTC.</summary>
    public static string Time(ulong unixNano) =>
        DateTime.UnixEpoch.AddTicks((long)Math.Min(unixNano / 100, (ulong)(DateTime.MaxValue - DateTime.UnixEpoch).Ticks)).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

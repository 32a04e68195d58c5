using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace Driftlock.Web.Charts;

/// <summary>The stretch of time that a page shows. It stands in the address, so that a view can be shared and the back button works.</summary>
/// <param name="From">Its beginning.</param>
/// <param name="To">Its end.</param>
/// <param name="IsChosen">False: the address names none, and it ends now.</param>
public sealed record TimeRange(DateTimeOffset From, DateTimeOffset To, bool IsChosen)
{
    /// <summary>What the Api keeps minutes for at most.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(5);

    public TimeSpan Length => To - From;

    public string FromText => Text(From);

    public string ToText => Text(To);

    /// <summary>As the address says; what is no time, or out of order, is not chosen.</summary>
    public static TimeRange Of(string? from, string? to, DateTimeOffset now, TimeSpan otherwise) =>
        Parse(from) is { } begin && Parse(to) is { } end && begin < end ? new TimeRange(begin, end, true).Bounded() : new TimeRange(now - otherwise, now, false);

    /// <summary>The address of <paramref name="path"/> with this range.</summary>
    public string Address(string path) => QueryHelpers.AddQueryString(path, [KeyValuePair.Create("from", (string?)FromText), KeyValuePair.Create("to", (string?)ToText)]);

    public TimeRange Last(TimeSpan length, DateTimeOffset now) => (this with { From = now - length, To = now, IsChosen = true }).Bounded();

    /// <summary>Moved by a share of its length; negative: towards the past.</summary>
    public TimeRange Moved(double share) => this with { From = From + (Length * share), To = To + (Length * share), IsChosen = true };

    /// <summary>As long times <paramref name="factor"/>, around the same middle.</summary>
    public TimeRange Scaled(double factor)
    {
        var middle = From + (Length / 2);
        return (this with { From = middle - (Length * factor / 2), To = middle + (Length * factor / 2), IsChosen = true }).Bounded();
    }

    private TimeRange Bounded() =>
        Length > Longest ? this with { From = To - Longest }
        : Length < Shortest ? this with { From = To - Shortest }
        : this;

    /// <summary>ISO 8601; without a zone it is UTC. Null for what is no time.</summary>
    public static DateTimeOffset? Parse(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            && time.Year is > 1970 and < 9000 ? time : null;

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

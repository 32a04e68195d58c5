using System.Globalization;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Proof;

/// <summary>The dearest place of a session.</summary>
/// <param name="Text">What stands there; null for the end.</param>
/// <param name="Before">What stands before it; null at the beginning.</param>
/// <param name="Expected">What is likeliest there; null where nothing is known.</param>
internal sealed record OddPlace(string? Text, string? Before, ExpectedInstead? Expected);

/// <summary>The sentence that says what is odd about a session.</summary>
internal static class SessionWording
{
    public const string NoText = "a kind of line of which no text was kept";

    private const int MaxQuote = 100;
    private const double NearlyAsDear = 0.75;

    public static string Why(ExplainedSession session, string service, OddPlace place, bool isOrder, bool isTrace, double pValue)
    {
        var name = isTrace ? $"Trace {session.Value} in {service}" : $"Session {session.Value} of {service}";
        return $"{name} {(isOrder ? Order(place) : Count(session))} (p = {Wording.Short(pValue)}).";
    }

    private static string Count(ExplainedSession session)
    {
        // What was not reached explains the rest: what came too seldom, and where it stopped.
        var step = session.Counts.FirstOrDefault(count => count.Count == 0 && count.PresentShare > 0.5 && count.Bits > NearlyAsDear * session.Counts[0].Bits) ?? session.Counts[0];
        var (text, sessions) = (Quote(step.Text), string.Create(CultureInfo.InvariantCulture, $"{session.Sessions:N0} sessions"));
        if (step.Count == 0)
        {
            var others = session.Counts.Count(other => other != step && other.Count == 0 && other.PresentShare > 0.5);
            var more = others == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", nor {others} more kind{(others == 1 ? "" : "s")} of line that most of them have");
            return $"never reached {text}, which {Percent(step.PresentShare)} of {sessions} have{more}";
        }
        var times = Times(step.Count);
        if (step.PresentShare == 0) return $"holds {text} {times}, which none of {sessions} before did";
        return step.Usual == 0
            ? $"holds {text} {times}, as only {Percent(step.PresentShare)} of {sessions} hold it at all"
            : $"holds {text} {times}, where {Times(step.Usual)} is usual ({Percent(step.UsualShare)} of {sessions})";
    }

    private static string Order(OddPlace place)
    {
        var after = place.Before is null ? "" : $" after {Quote(place.Before)}";
        var does = place.Text is null ? $"ends{after}" : place.Before is null ? $"begins with {Quote(place.Text)}" : $"goes on with {Quote(place.Text)}{after}";
        return place.Expected is null ? does : $"{does}, where {Quote(place.Expected.Text)} is to be expected ({Percent(place.Expected.Share)})";
    }

    private static string Quote(string? text)
    {
        if (text is null or NoText) return NoText;
        var start = TextStart.Of(text, MaxQuote);
        return start.Length < text.Length ? $"\"{start}...\"" : $"\"{text}\"";
    }

    private static string Times(int count) => count switch { 1 => "once", 2 => "twice", _ => string.Create(CultureInfo.InvariantCulture, $"{count} times") };

    // Rounded down: 99.97 % is not all of them.
    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(1000 * share) / 10:0.#} %");
}

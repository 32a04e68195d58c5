using System.Globalization;
using System.Text;
using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Logs;

namespace Driftlock.Cbad.Proof;

/// <summary>The text of a line as shown, the sentence that says why, and the one map from figures to severity.</summary>
internal static class Wording
{
    private const int MaxQuote = 120;
    private const int MaxAttributes = 512;

    /// <summary>The body, then the attributes in braces.</summary>
    public static string TextOf(in EventView view)
    {
        var text = new StringBuilder(RecordText.BodyOf(view));
        if (view.AttributeCount == 0) return text.ToString();
        var start = text.Length;
        var attributes = view.ReadAttributes();
        while (attributes.Next() && text.Length - start < MaxAttributes)
        {
            text.Append(text.Length == start ? " {" : ", ").Append(Encoding.UTF8.GetString(attributes.Key)).Append('=');
            text.Append(Encoding.UTF8.GetString(attributes.Value));
        }
        return text.Append('}').ToString();
    }

    public static string Why(IReadOnlyList<ExplainedLine> lines, int costliest, string body, int affected, int deciding, int weight, in WindowStatistics statistics, double pValue)
    {
        var line = lines[costliest];
        var quote = Quote(line, body);
        if (deciding == WindowStatistics.ErrorsKind)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{statistics.Errors} of {lines.Count} lines are errors, more than this stream's windows ever hold; \"{quote}\" {(line.IsNew ? "is a new kind of message here" : "is the costliest of them")} at {line.Bits:F0} bits where a line usually costs {line.ExpectedBits:F0} (p = {Short(pValue)}).");
        }
        if (deciding == WindowStatistics.RepetitionKind)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"\"{quote}\" stands {weight} times among these {lines.Count} lines, word for word and number for number, as no line of this stream repeats itself (p = {Short(pValue)}).");
        }
        var reason = (line.IsNew, deciding) switch
        {
            (true, 2) => "is a new kind of message here and speaks of trouble",
            (true, 0) => "is a new kind of message here, and even its first characters are laid out as no record of this stream was",
            (true, _) => "is a new kind of message here, in words this stream does not use",
            (false, _) => "is a known message, but its record is laid out as it never was before",
        };
        var others = affected > 1 ? string.Create(CultureInfo.InvariantCulture, $", and {affected - 1} more of the {lines.Count} lines stand out") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"\"{quote}\" {reason}: it costs {line.Bits:F0} bits where a line usually costs {line.ExpectedBits:F0}{others} (p = {Short(pValue)}).");
    }

    /// <param name="line">What is missing, as of the window's end.</param>
    /// <param name="example">A line of it; null where none was kept.</param>
    /// <param name="events">Lines of the stream at the window's end.</param>
    /// <param name="pValue">Of the window.</param>
    public static string WhyMissing(in RegularLine line, string? example, long events, double pValue)
    {
        var what = example is null ? "A message that came regularly" : $"\"{(example.Length <= MaxQuote ? example : example[..MaxQuote] + "...")}\"";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{what} no longer comes: {line.Count} times it came, never more than {Lines(line.Longest)} apart, and for {Lines(events - 1 - line.Last)} now it has not (p = {Short(pValue)}).");
    }

    /// <summary>
    /// The one map. Points: evidence (p at most 1e-4, 1e-6, 1e-9: 1, 2, 3), reach (a fifth of the lines or more: 1) and trouble (four
    /// or more squared words in new messages: 1). 0 low, 1-2 medium, 3 high, 4-5 critical.
    /// </summary>
    public static string Severity(double pValue, double affectedShare, in WindowStatistics statistics)
    {
        var points = pValue switch { <= 1e-9 => 3, <= 1e-6 => 2, <= 1e-4 => 1, _ => 0 };
        if (affectedShare >= 0.2) points++;
        if (statistics.Trouble >= 4) points++;
        return points switch { 0 => "low", <= 2 => "medium", 3 => "high", _ => "critical" };
    }

    /// <summary>The names that the map gives, in rising order.</summary>
    public static IReadOnlyList<string> SeverityNames { get; } = ["low", "medium", "high", "critical"];

    /// <param name="severity">A name of the map.</param>
    /// <param name="least">Another; null: none is too low.</param>
    public static bool IsAtLeast(string severity, string? least) => least is null || IndexOf(severity) >= IndexOf(least);

    /// <summary>-8 log10 p, at most 100.</summary>
    public static int Score(double pValue)
    {
        const double Log10 = 2.302585092994046;
        return (int)Math.Clamp(-8 * ExactMath.Log(Math.Max(pValue, 1e-300)) / Log10, 0, 100);
    }

    private static int IndexOf(string severity)
    {
        var index = 0;
        while (SeverityNames[index] != severity) index++;
        return index;
    }

    private static string Lines(long count) => count == 1 ? "1 line" : string.Create(CultureInfo.InvariantCulture, $"{count} lines");

    public static string Short(double p) => p >= 0.001 ? p.ToString("0.####", CultureInfo.InvariantCulture) : p.ToString("0.#e-0", CultureInfo.InvariantCulture);

    // A long line is quoted from shortly before its first costly token: the header in front of it is the same on every line.
    private static string Quote(ExplainedLine line, string text)
    {
        if (text.Length <= MaxQuote) return text;
        var start = line.Tokens.Count == 0 ? 0 : Math.Min(line.Tokens[0].Start, text.Length - MaxQuote);
        if (start > 0 && char.IsLowSurrogate(text[start])) start--;
        var end = Math.Min(text.Length, start + MaxQuote);
        if (end < text.Length && char.IsHighSurrogate(text[end - 1])) end--;
        return (start > 0 ? "..." : "") + text[start..end] + (end < text.Length ? "..." : "");
    }
}

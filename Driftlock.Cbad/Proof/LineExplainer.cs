using System.Globalization;
using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Logs;

namespace Driftlock.Cbad.Proof;

/// <summary>Turns scored lines into what people see: text, cost, the tokens that carry it, and what usually stands there.</summary>
internal static class LineExplainer
{
    private const int MaxTokens = 16;
    private const int MaxExpected = 3;
    private const double LeastTokenBits = 4;

    public static ExplainedLine Explain(ScoredLine line, int index, long firstEvent, double expectedBits)
    {
        var view = line.View;
        return new ExplainedLine
        {
            Index = index,
            Event = firstEvent + index,
            TimeUnixNano = view.TimeUnixNano.ToString(CultureInfo.InvariantCulture),
            Severity = RecordText.SeverityName(view.Severity),
            Text = Wording.TextOf(view),
            Bits = ScoredWindow.ToBits(line.Score.TotalBits),
            ExpectedBits = expectedBits,
            IsNew = line.Score.IsNew,
            Tokens = Tokens(view, line.Trace),
            Expected = [],
        };
    }

    /// <summary>The templates of normal lines, each with a line of it, its words and its share of the lines.</summary>
    public static IReadOnlyList<UsualLine> Usual(IReadOnlyList<NearestNormal> normals)
    {
        var total = 0;
        var groups = new Dictionary<ulong, (string Text, int Count)>();
        foreach (var line in normals.SelectMany(normal => normal.Lines))
        {
            total++;
            var template = TokenTemplate.Hash(Encoding.UTF8.GetBytes(line), 0);
            groups[template] = groups.TryGetValue(template, out var group) ? (group.Text, group.Count + 1) : (line, 1);
        }
        return [.. groups.Values.Select(group => new UsualLine(group.Text, Words(group.Text), group.Count / (double)total))];
    }

    /// <summary>Those that share most words with the line.</summary>
    public static IReadOnlyList<ExpectedInstead> Expected(string text, IReadOnlyList<UsualLine> usual)
    {
        var words = Words(text);
        return
        [
            .. usual.OrderByDescending(line => Overlap(words, line.Words)).ThenByDescending(line => line.Share)
                .ThenBy(line => line.Text, StringComparer.Ordinal).Take(MaxExpected)
                .Select(line => new ExpectedInstead(line.Text, line.Share)),
        ];
    }

    private static List<TokenBits> Tokens(in EventView view, BitTrace trace)
    {
        var classes = CharacterClasses.Of;
        var body = view.Body;
        var found = new List<TokenBits>();
        var at = 0;
        while (at < body.Length)
        {
            while (at < body.Length && (classes[body[at]] & CharacterClasses.Space) != 0) at++;
            var start = at;
            long units = 0;
            while (at < body.Length && (classes[body[at]] & CharacterClasses.Space) == 0)
            {
                units += trace.Header[at] + trace.Content[at];
                at++;
            }
            var bits = ScoredWindow.ToBits(units);
            if (at > start && bits >= LeastTokenBits)
                found.Add(new TokenBits(Encoding.UTF8.GetCharCount(body[..start]), Encoding.UTF8.GetCharCount(body[start..at]), bits));
        }
        return [.. found.OrderByDescending(token => token.Bits).ThenBy(token => token.Start).Take(MaxTokens).OrderBy(token => token.Start)];
    }

    private static HashSet<string> Words(string text) =>
        [.. text.Split([' ', '\t', ':', ',', '=', '[', ']', '(', ')', '"', '|'], StringSplitOptions.RemoveEmptyEntries).Where(word => !word.Any(char.IsAsciiDigit))];

    private static double Overlap(HashSet<string> a, HashSet<string> b) =>
        a.Count + b.Count == 0 ? 0 : a.Count(b.Contains) / (double)Math.Max(a.Count, b.Count);
}

/// <param name="Text">One line of the template.</param>
/// <param name="Words">Of the line, without those that hold a digit.</param>
/// <param name="Share">Of all lines looked at, 0 to 1.</param>
internal sealed record UsualLine(string Text, HashSet<string> Words, double Share);

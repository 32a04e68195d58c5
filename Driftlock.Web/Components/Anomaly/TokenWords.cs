using Driftlock.Web.ApiClient;
using Driftlock.Web.Components.Parts;

namespace Driftlock.Web.Components.Anomaly;

/// <summary>A token in words: how unlikely it was, and what usually stands in its place.</summary>
internal static class TokenWords
{
    private const int Longest = 80;

    /// <param name="line">That it stands in.</param>
    /// <param name="start">Its UTF-16 offset there.</param>
    /// <param name="bits">What it cost.</param>
    public static string Of(ExplainedLine line, int start, double bits)
    {
        var cost = $"{Figures.Bits(bits)} bits, {Figures.OneIn(Math.Pow(2, -Math.Min(bits, 1000)))}";
        return Usual(line, start) is { } usual ? $"{cost}; usually {usual}" : cost;
    }

    // A line of the same number of words has a word in the same place; of another shape, only the whole line can be compared.
    private static string? Usual(ExplainedLine line, int start)
    {
        var here = line.Text.Split(' ');
        var place = WordAt(here, start);
        foreach (var expected in line.Expected)
        {
            var words = expected.Text.Split(' ');
            if (words.Length == here.Length && place < words.Length && words[place] != here[place])
                return $"{Cut(words[place])} ({Figures.Percent(expected.Share)})";
        }

        return line.Expected is [{ } first, ..] ? $"\u201c{Cut(first.Text)}\u201d ({Figures.Percent(first.Share)})" : null;
    }

    private static int WordAt(string[] words, int start)
    {
        var end = 0;
        for (var i = 0; i < words.Length; i++)
        {
            end += words[i].Length + 1;
            if (start < end)
                return i;
        }

        return words.Length - 1;
    }

    private static string Cut(string text) => VisibleText.Of(text.Length <= Longest ? text : text[..(char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest)] + "\u2026");
}

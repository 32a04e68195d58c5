using Driftlock.Web.ApiClient;
using Driftlock.Web.Components.Parts;

namespace Driftlock.Web.Components.Anomaly;

/// <param name="Text">As shown; deceptive characters already made visible.</param>
/// <param name="Bits">What the token cost; null between tokens.</param>
/// <param name="Start">Its UTF-16 offset in the line.</param>
public sealed record LineSegment(string Text, double? Bits, int Start = 0)
{
    /// <summary>1-4: fewer than 6, 12, 20 bits, more. 20 bits are what something costs that is expected once in a million times.</summary>
    public int Heat => Bits switch { null => 0, < 6 => 1, < 12 => 2, < 20 => 3, _ => 4 };
}

/// <summary>Cuts a line into its costly tokens and what stands between them.</summary>
public static class LineSegments
{
    /// <summary>
    /// The segments put together are the whole text. Tokens out of range are cut, overlapping ones give way to the earlier one, and none
    /// splits a surrogate pair.
    /// </summary>
    public static IReadOnlyList<LineSegment> Of(string text, IReadOnlyList<CostlyToken> tokens)
    {
        var shown = VisibleText.Of(text);
        var segments = new List<LineSegment>(tokens.Count * 2 + 1);
        var at = 0;
        foreach (var token in tokens.Where(t => t.Length > 0 && t.Start >= 0 && t.Start < shown.Length).OrderBy(t => t.Start))
        {
            var start = Math.Max(at, PairStart(shown, token.Start));
            var end = PairEnd(shown, (int)Math.Min(shown.Length, (long)token.Start + token.Length));
            if (end <= start)
                continue;
            if (start > at)
                segments.Add(new LineSegment(shown[at..start], null, at));
            segments.Add(new LineSegment(shown[start..end], token.Bits, start));
            at = end;
        }

        if (at < shown.Length)
            segments.Add(new LineSegment(shown[at..], null, at));
        return segments;
    }

    private static int PairStart(string text, int index) => InsidePair(text, index) ? index - 1 : index;

    private static int PairEnd(string text, int index) => InsidePair(text, index) ? index + 1 : index;

    private static bool InsidePair(string text, int index) =>
        index > 0 && index < text.Length && char.IsLowSurrogate(text[index]) && char.IsHighSurrogate(text[index - 1]);
}

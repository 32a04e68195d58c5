using System.Text;

namespace Driftlock.Cbad.Proof;

/// <summary>
/// Attributes that tell the lines that stand out from the rest of the window: those with the largest difference between the shares of both
/// that carry them.
/// </summary>
internal static class InfluencerRanking
{
    private const int Most = 5;

    // An attribute that half as many again of the rest carry explains nothing.
    private const double LeastDifference = 0.5;
    private const int LongestValue = 120;

    // Strings compare by culture unless told otherwise, and the order decides between equals.
    private static readonly Comparer<(string Key, string Value)> ByOrdinal = Comparer<(string Key, string Value)>.Create((a, b) =>
    {
        var byKey = string.CompareOrdinal(a.Key, b.Key);
        return byKey != 0 ? byKey : string.CompareOrdinal(a.Value, b.Value);
    });

    /// <param name="lines">Of the window.</param>
    /// <param name="standsOut">By line.</param>
    /// <returns>Largest difference first; empty where every line stands out, or none does.</returns>
    public static IReadOnlyList<Influencer> Of(IReadOnlyList<ScoredLine> lines, Func<int, bool> standsOut)
    {
        var counts = new SortedDictionary<(string Key, string Value), (int Selected, int Others)>(ByOrdinal);
        var selected = 0;
        for (var i = 0; i < lines.Count; i++)
        {
            var isSelected = standsOut(i);
            if (isSelected) selected++;
            var attributes = lines[i].View.ReadAttributes();
            while (attributes.Next())
            {
                var pair = (Encoding.UTF8.GetString(attributes.Key), Encoding.UTF8.GetString(attributes.Value));
                if (pair.Item2.Length > LongestValue) continue;
                var (ofSelected, ofRest) = counts.GetValueOrDefault(pair);
                counts[pair] = isSelected ? (ofSelected + 1, ofRest) : (ofSelected, ofRest + 1);
            }
        }
        var rest = lines.Count - selected;
        if (selected == 0 || rest == 0) return [];
        return
        [
            .. counts.Select(pair => new Influencer(pair.Key.Key, pair.Key.Value, Math.Min(pair.Value.Selected, selected), selected, Math.Min(pair.Value.Others, rest), rest))
                .Where(one => Difference(one) >= LeastDifference).OrderByDescending(Difference).Take(Most),
        ];
    }

    private static double Difference(Influencer one) => (one.Selected / (double)one.OfSelected) - (one.Rest / (double)one.OfRest);
}

using System.Text.RegularExpressions;

namespace Driftlock.Api.Anomalies;

/// <summary>
/// What the list is searched for: words, all of which must occur, and parts in double quotes, which must occur as they stand. Parts of words
/// are found too, whatever their case, since logs are full of paths, ids and joined names that no dictionary takes apart.
/// </summary>
internal static partial class SearchWords
{
    public const int Longest = 200;
    public const int Most = 10;

    /// <returns>Patterns for ILIKE with \ as its escape; null when there are more than <see cref="Most"/>.</returns>
    public static List<string>? PatternsOf(string text)
    {
        var words = Word().Matches(text).Select(match => match.Groups["phrase"].Success ? match.Groups["phrase"].Value : match.Value)
            .Where(word => word.Length > 0).Distinct().Select(Pattern).ToList();
        return words.Count > Most ? null : words;
    }

    private static string Pattern(string word) => "%" + word.Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_") + "%";

    [GeneratedRegex("\"(?<phrase>[^\"]*)\"|[^\\s\"]+|\"", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}

using System.Text.RegularExpressions;
using Driftlock.Api.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Queries;

/// <summary>
/// Query parameter <c>text</c>, what a list is searched for: words, all of which must occur, and parts in double quotes, which must occur as they stand. Parts of words
/// are found too, whatever their case, since logs are full of paths, ids and joined names that no dictionary takes apart.
/// </summary>
internal static partial class SearchWords
{
    private const int Longest = 200;
    private const int Most = 10;

    /// <param name="text">As it was asked; absent and empty ask for nothing.</param>
    /// <param name="patterns">For ILIKE with \ as its escape.</param>
    /// <param name="problem">Why not.</param>
    public static bool TryRead(string? text, out IReadOnlyList<string> patterns, out ProblemHttpResult? problem)
    {
        patterns = [];
        problem = null;
        if (string.IsNullOrEmpty(text)) return true;
        if (text.Length > Longest) problem = ApiProblem.Invalid("text", $"must have at most {Longest} characters");
        else if (QueryWord.HasNul(text)) problem = ApiProblem.Invalid("text", QueryWord.NoNul);
        else
        {
            patterns = [.. Word().Matches(text).Select(match => match.Groups["phrase"].Success ? match.Groups["phrase"].Value : match.Value)
                .Where(word => word.Length > 0).Distinct().Select(Pattern)];
            if (patterns.Count > Most) problem = ApiProblem.Invalid("text", $"must have at most {Most} words");
        }
        return problem is null;
    }

    private static string Pattern(string word) => "%" + word.Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_") + "%";

    [GeneratedRegex("\"(?<phrase>[^\"]*)\"|[^\\s\"]+|\"", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}

using Driftlock.Api.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Queries;

/// <summary>Query parameter <c>ids</c>: a list narrowed to rows that the caller knows of.</summary>
internal static class QueryIds
{
    public const int Most = 200;
    private const int Longest = 100;

    /// <param name="text">Separated by commas.</param>
    /// <param name="ids">Each once.</param>
    /// <param name="problem">Why not.</param>
    public static bool TryRead(string text, out string[] ids, out ProblemHttpResult? problem)
    {
        problem = null;
        ids = [.. text.Split(',', StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal)];
        if (ids.Length <= Most && Array.TrueForAll(ids, id => id.Length is > 0 and <= Longest && !QueryWord.HasNul(id))) return true;
        problem = ApiProblem.Invalid("ids", $"must be 1 to {Most} ids, separated by commas");
        return false;
    }
}

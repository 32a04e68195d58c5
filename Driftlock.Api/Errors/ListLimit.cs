using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Errors;

/// <summary>The query parameter <c>limit</c> that every list has.</summary>
public static class ListLimit
{
    public const string BadCursor = "must be the nextCursor of an earlier page";

    public static bool TryRead(string? text, int byDefault, int largest, out int limit, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        limit = byDefault;
        problem = null;
        if (text is null || (int.TryParse(text, CultureInfo.InvariantCulture, out limit) && limit >= 1 && limit <= largest)) return true;
        problem = ApiProblem.Invalid("limit", $"must be a whole number from 1 to {largest}");
        return false;
    }
}

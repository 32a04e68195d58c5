using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Driftlock.Api.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Queries;

/// <summary>The query parameter <c>limit</c> that every list has.</summary>
public static class ListLimit
{
    public static bool TryRead(string? text, int byDefault, int largest, out int limit, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        limit = byDefault;
        problem = null;
        if (text is null || (int.TryParse(text, CultureInfo.InvariantCulture, out limit) && limit >= 1 && limit <= largest)) return true;
        problem = ApiProblem.Invalid("limit", $"must be a whole number from 1 to {largest}");
        return false;
    }
}

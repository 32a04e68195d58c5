using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Driftlock.Api.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Queries;

/// <summary>The query parameter <c>cursor</c>: where the page before ended, as a hexadecimal number that nobody has to understand.</summary>
public static class ListCursor
{
    public const string Bad = "must be the nextCursor of an earlier page";

    /// <param name="text">As given; none: the first page.</param>
    /// <param name="first">Where the first page begins.</param>
    /// <param name="position">Where this page begins.</param>
    /// <param name="problem">What is wrong.</param>
    public static bool TryRead(string? text, long first, out long position, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        position = first;
        problem = null;
        if (text is null || long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out position)) return true;
        problem = ApiProblem.Invalid("cursor", Bad);
        return false;
    }

    /// <summary>The cursor of the page that follows.</summary>
    public static string After(long last) => last.ToString("x", CultureInfo.InvariantCulture);
}

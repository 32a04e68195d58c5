using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Driftlock.Api.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Queries;

/// <summary>The query parameters <c>from</c> and <c>to</c>.</summary>
internal static class QueryTime
{
    public const string Format = "must be an ISO 8601 time such as 2026-01-31T12:00:00Z";

    public static bool TryParse(string text, out DateTimeOffset value) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out value);

    /// <param name="fromText">None: <paramref name="byDefault"/> before the end.</param>
    /// <param name="toText">None: now.</param>
    /// <param name="byDefault">Length where no beginning is given.</param>
    /// <param name="longest">That may be asked for.</param>
    /// <param name="now">The time.</param>
    /// <param name="from">To the minute.</param>
    /// <param name="to">After it.</param>
    /// <param name="problem">What is wrong.</param>
    public static bool TryRange(
        string? fromText, string? toText, TimeSpan byDefault, TimeSpan longest, DateTimeOffset now, out DateTimeOffset from, out DateTimeOffset to,
        [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        (from, to, problem) = (default, now, null);
        if (toText is not null && !TryParse(toText, out to)) problem = ApiProblem.Invalid("to", Format);
        else if (fromText is not null && !TryParse(fromText, out from)) problem = ApiProblem.Invalid("from", Format);
        else if (fromText is null) from = to - DateTimeOffset.MinValue > byDefault ? to - byDefault : DateTimeOffset.MinValue;
        if (problem is not null) return false;
        if (from >= to) problem = ApiProblem.Invalid("to", "must be later than from");
        else if (to - from > longest) problem = ApiProblem.Invalid("from", $"must be at most {longest.TotalDays} days before to");
        from = from.AddTicks(-(from.Ticks % TimeSpan.TicksPerMinute));
        return problem is null;
    }
}

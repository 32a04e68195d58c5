using System.Diagnostics.CodeAnalysis;
using Driftlock.Api.Errors;
using Driftlock.Api.Queries;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Audit;

/// <summary>Query parameters of the list; text because a bad one gets an answer that names it.</summary>
public sealed record AuditFilter(string? Limit, string? Cursor, string? Action, string? Target)
{
    private const int DefaultLimit = 100;
    private const int LargestLimit = 500;

    /// <summary>Adds the filters to a query that is already limited to the caller's tenant. Newest first.</summary>
    public bool TryApply(ref IQueryable<AuditEntry> query, out int limit, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        if (!ListLimit.TryRead(Limit, DefaultLimit, LargestLimit, out limit, out problem)) return false;
        if (!ListCursor.TryRead(Cursor, long.MaxValue, out var before, out problem)) return false;
        query = query.Where(entry => entry.Position < before);
        if (QueryWord.HasNul(Action)) return Fail("action", QueryWord.NoNul, out problem);
        if (QueryWord.HasNul(Target)) return Fail("target", QueryWord.NoNul, out problem);
        if (!string.IsNullOrEmpty(Action)) query = query.Where(entry => entry.Action == Action);
        if (!string.IsNullOrEmpty(Target)) query = query.Where(entry => entry.Target == Target);
        return true;
    }

    private static bool Fail(string field, string message, out ProblemHttpResult problem)
    {
        problem = ApiProblem.Invalid(field, message);
        return false;
    }
}

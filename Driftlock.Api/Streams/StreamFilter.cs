using Driftlock.Api.Anomalies;
using Driftlock.Api.Errors;
using Driftlock.Api.Queries;
using Driftlock.Cbad.Events;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Streams;

/// <summary>Query parameters of the list; text because a bad one gets an answer that names it.</summary>
public sealed record StreamFilter(string? Signal, string? Service, string? Limit, string? Cursor, string? Text = null)
{
    /// <summary>Adds the filters to a query that is already limited to the caller's tenant.</summary>
    public bool TryApply(ref IQueryable<StreamRow> query, out int limit, out ProblemHttpResult? problem)
    {
        if (!ListLimit.TryRead(Limit, AnomalyFilter.DefaultLimit, AnomalyFilter.LargestLimit, out limit, out problem)) return false;
        if (Signal is not null)
        {
            if (!QueryWord.TryName<Signal>(Signal, out var signal)) return Fail("signal", "must be logs, metrics or traces", out problem);
            query = query.Where(stream => stream.Signal == (short)signal);
        }
        if (QueryWord.HasNul(Service)) return Fail("service", QueryWord.NoNul, out problem);
        if (!string.IsNullOrEmpty(Service)) query = query.Where(stream => stream.Service == Service);
        if (!SearchWords.TryRead(Text, out var patterns, out problem)) return false;
        foreach (var pattern in patterns) query = query.Where(stream => EF.Functions.ILike(stream.Service + "\n" + stream.Name, pattern, @"\"));
        if (Cursor is not null)
        {
            if (!StreamId.TryParse(Cursor, out var after)) return Fail("cursor", ListCursor.Bad, out problem);
            var value = (long)after.Value;
            query = query.Where(stream => stream.Id > value);
        }
        return true;
    }

    private static bool Fail(string field, string message, out ProblemHttpResult? problem)
    {
        problem = ApiProblem.Invalid(field, message);
        return false;
    }
}

using System.Globalization;
using Driftlock.Api.Errors;
using Driftlock.Api.Queries;
using Driftlock.Cbad.Events;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Anomalies;

/// <summary>Query parameters of the list; text because a bad one gets an answer that names it.</summary>
public sealed record AnomalyFilter(
    string? Stream, string? Service, string? Signal, string? Severity, string? Status, string? MinScore, string? MaxP,
    string? From, string? To, string? Text, string? Limit, string? Cursor, string? Sort, string? Ids = null)
{
    public const int DefaultLimit = 50;
    public const int LargestLimit = 200;

    /// <summary>Adds the filters to a query that is already limited to the caller's tenant.</summary>
    public bool TryApply(ref IQueryable<Anomaly> query, out int limit, out ProblemHttpResult? problem)
    {
        if (!ListLimit.TryRead(Limit, DefaultLimit, LargestLimit, out limit, out problem)) return false;
        if (Ids is not null)
        {
            if (!QueryIds.TryRead(Ids, out var ids, out problem)) return false;
            query = query.Where(anomaly => ids.Contains(anomaly.Id));
        }
        if (Stream is not null)
        {
            if (!StreamId.TryParse(Stream, out var id)) return Fail("stream", "must be a stream id of 16 hex digits", out problem);
            var stream = (long)id.Value;
            query = query.Where(anomaly => anomaly.StreamId == stream);
        }
        if (QueryWord.HasNul(Service)) return Fail("service", QueryWord.NoNul, out problem);
        if (!string.IsNullOrEmpty(Service)) query = query.Where(anomaly => anomaly.Service == Service);
        if (Signal is not null)
        {
            if (!QueryWord.TryName<Signal>(Signal, out var signal)) return Fail("signal", "must be logs, metrics or traces", out problem);
            query = query.Where(anomaly => anomaly.Signal == (short)signal);
        }
        if (Severity is not null)
        {
            if (!QueryWord.TryName<Severity>(Severity, out var severity)) return Fail("severity", "must be low, medium, high or critical", out problem);
            query = query.Where(anomaly => anomaly.Severity == severity);
        }
        if (Status is not null)
        {
            if (!QueryWord.TryName<AnomalyStatus>(Status, out var status))
            {
                return Fail("status", "must be open, acknowledged, resolved or dismissed", out problem);
            }
            query = query.Where(anomaly => anomaly.Status == status);
        }
        return TryApplyRanges(ref query, out problem) && TryApplyText(ref query, out problem);
    }

    private bool TryApplyRanges(ref IQueryable<Anomaly> query, out ProblemHttpResult? problem)
    {
        problem = null;
        if (MinScore is not null)
        {
            if (!TryNumber(MinScore, out var score)) return Fail("minScore", "must be a number from 0 to 100", out problem);
            query = query.Where(anomaly => anomaly.Score >= score);
        }
        if (MaxP is not null)
        {
            if (!TryNumber(MaxP, out var p) || p is < 0 or > 1) return Fail("maxP", "must be a number from 0 to 1", out problem);
            query = query.Where(anomaly => anomaly.PValue <= p);
        }
        if (From is not null)
        {
            if (!QueryTime.TryParse(From, out var from)) return Fail("from", QueryTime.Format, out problem);
            query = query.Where(anomaly => anomaly.LastEventTime >= from);
        }
        if (To is not null)
        {
            if (!QueryTime.TryParse(To, out var to)) return Fail("to", QueryTime.Format, out problem);
            query = query.Where(anomaly => anomaly.FirstEventTime <= to);
        }
        return true;
    }

    private bool TryApplyText(ref IQueryable<Anomaly> query, out ProblemHttpResult? problem)
    {
        if (!SearchWords.TryRead(Text, out var patterns, out problem)) return false;
        // The expression of the index IX_anomalies_text.
        foreach (var pattern in patterns) query = query.Where(anomaly => EF.Functions.ILike(anomaly.Why + "\n" + anomaly.CostliestLine, pattern, @"\"));
        return true;
    }

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    private static bool Fail(string field, string message, out ProblemHttpResult? problem)
    {
        problem = ApiProblem.Invalid(field, message);
        return false;
    }
}

using Driftlock.Api.Audit;
using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Driftlock.Storage;
using Driftlock.Storage.Audit;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Anomalies;

/// <param name="Kind">confirmed: something was wrong; falsePositive: nothing was; irrelevant: something was different, and it does not matter.</param>
public sealed record NewFeedback(FeedbackKind? Kind, string? Reason);

public sealed record FeedbackItem(Guid Id, string AnomalyId, FeedbackKind Kind, string? Reason, DateTimeOffset At, string By);

public sealed record FeedbackList(IReadOnlyList<FeedbackItem> Items);

/// <summary>What people say of an anomaly: counted as precision by GET /analytics/detection. It changes neither the engine nor the status.</summary>
public static class FeedbackEndpoints
{
    private const int MostPerAnomaly = 100;

    public static void MapFeedback(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/anomalies/{id}/feedback").RequireAuthorization(Policies.Read).WithTags("Anomalies");
        group.MapGet("/", ListAsync).WithSummary("What people said of the anomaly, newest first");
        group.MapPost("/", AddAsync).RequireAuthorization(Policies.Write).WithSummary("Say whether the anomaly was right").FailsWith("too_much_feedback");
    }

    private static async Task<Results<Ok<FeedbackList>, ProblemHttpResult>> ListAsync(
        string id, Caller caller, AnomalyQueries anomalies, DriftlockContext database, CancellationToken cancellationToken)
    {
        if (!await anomalies.Of(caller.TenantId).AnyAsync(anomaly => anomaly.Id == id, cancellationToken)) return ApiProblem.NotFound("anomaly");
        return TypedResults.Ok(new FeedbackList(await Of(database, caller, id).AsNoTracking().OrderByDescending(feedback => feedback.At)
            .Select(feedback => new FeedbackItem(feedback.Id, feedback.AnomalyId, feedback.Kind, feedback.Reason, feedback.At, feedback.By)).ToListAsync(cancellationToken)));
    }

    private static async Task<Results<Created<FeedbackItem>, ProblemHttpResult>> AddAsync(
        string id, NewFeedback wanted, Caller caller, AnomalyQueries anomalies, DriftlockContext database, AuditedChange change, TimeProvider time, CancellationToken cancellationToken)
    {
        if (wanted.Kind is not { } kind || !Enum.IsDefined(kind)) return ApiProblem.Invalid("kind", "must be confirmed, falsePositive or irrelevant");
        if (NoteProblem.Of(wanted.Reason, "reason") is { } badReason) return badReason;
        if (!await anomalies.Of(caller.TenantId).AnyAsync(anomaly => anomaly.Id == id, cancellationToken)) return ApiProblem.NotFound("anomaly");
        var added = await change.RunAsync<FeedbackItem?>(caller, async cancellation =>
        {
            if (await Of(database, caller, id).CountAsync(cancellation) >= MostPerAnomaly) return new(null);
            var now = time.GetUtcNow();
            var row = new AnomalyFeedback { Id = Guid.CreateVersion7(now), TenantId = caller.TenantId, AnomalyId = id, Kind = kind, Reason = wanted.Reason, At = now, By = caller.Name };
            database.Add(row);
            return new(new FeedbackItem(row.Id, id, kind, row.Reason, now, row.By), AuditRecord.Of("anomaly.feedback", id, null, new { kind, wanted.Reason }));
        }, cancellationToken);
        return added is null
            ? ApiProblem.Conflict("too_much_feedback", $"the anomaly has {MostPerAnomaly} entries of feedback")
            : TypedResults.Created($"/api/v1/anomalies/{id}/feedback", added);
    }

    private static IQueryable<AnomalyFeedback> Of(DriftlockContext database, Caller caller, string id) =>
        database.Feedback.Where(feedback => feedback.TenantId == caller.TenantId && feedback.AnomalyId == id);
}

using Driftlock.Api.Anomalies;
using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Driftlock.Api.Queries;
using Driftlock.Storage;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Incidents;

/// <summary>Anomalies that belong together: same service or trace, overlapping in time.</summary>
/// <param name="Title">Why its first anomaly was raised.</param>
/// <param name="StartedAt">Time of its earliest event.</param>
/// <param name="EndedAt">Time of its latest event so far.</param>
/// <param name="Severity">Of its most severe anomaly.</param>
public sealed record IncidentSummary(
    string Id, string Title, IReadOnlyList<string> Services, Severity Severity, IncidentStatus Status, int Anomalies, DateTimeOffset StartedAt,
    DateTimeOffset EndedAt, DateTimeOffset? StatusChangedAt, string? StatusChangedBy);

public sealed record IncidentPage(IReadOnlyList<IncidentSummary> Items, string? NextCursor);

/// <param name="At">When it happened, by the clock of Driftlock.</param>
/// <param name="Kind">anomaly: one was found; change: somebody changed something.</param>
/// <param name="AnomalyId">Of an anomaly.</param>
/// <param name="By">Of a change.</param>
public sealed record IncidentStep(DateTimeOffset At, string Kind, string Text, string? AnomalyId, Severity? Severity, string? By);

/// <param name="Timeline">Oldest first; at most 500 anomalies and 500 changes.</param>
public sealed record IncidentDetail(IncidentSummary Incident, IReadOnlyList<AnomalySummary> Anomalies, IReadOnlyList<IncidentStep> Timeline);

/// <param name="WithAnomalies">Also acknowledges, or resolves, those of its anomalies that can be; when it is opened again, those that went along before.</param>
public sealed record IncidentStatusChange(IncidentStatus? Status, bool? WithAnomalies);

public static class IncidentEndpoints
{
    private const int DefaultLimit = 50;
    private const int LargestLimit = 200;

    public static void MapIncidents(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/incidents").RequireAuthorization(Policies.Read).WithTags("Incidents");
        group.MapGet("/", ListAsync).WithSummary("Incidents, newest first, with filters and a cursor");
        group.MapGet("/{id}", FindAsync).WithSummary("One incident with its anomalies and timeline");
        group.MapPatch("/{id}/status", ChangeAsync).RequireAuthorization(Policies.Write).WithSummary("Acknowledge, resolve or open again").FailsWith("invalid_transition");
    }

    private static async Task<Results<Ok<IncidentPage>, ProblemHttpResult>> ListAsync(
        string? ids, string? status, string? severity, string? service, string? limit, string? cursor, Caller caller, DriftlockContext database, CancellationToken cancellationToken)
    {
        if (!ListLimit.TryRead(limit, DefaultLimit, LargestLimit, out var count, out var problem)) return problem;
        var query = database.Incidents.AsNoTracking().Where(incident => incident.TenantId == caller.TenantId);
        if (ids is not null)
        {
            if (!QueryIds.TryRead(ids, out var wanted, out problem)) return problem!;
            query = query.Where(incident => wanted.Contains(incident.Id));
        }
        if (status is not null)
        {
            if (!QueryWord.TryName<IncidentStatus>(status, out var named)) return ApiProblem.Invalid("status", "must be open, acknowledged or resolved");
            query = query.Where(incident => incident.Status == named);
        }
        if (severity is not null)
        {
            if (!QueryWord.TryName<Severity>(severity, out var least)) return ApiProblem.Invalid("severity", "must be low, medium, high or critical");
            query = query.Where(incident => incident.Severity >= least);
        }
        if (QueryWord.HasNul(service)) return ApiProblem.Invalid("service", QueryWord.NoNul);
        if (!string.IsNullOrEmpty(service)) query = query.Where(incident => incident.Services.Contains(service));
        if (!ListCursor.TryRead(cursor, long.MaxValue, out var before, out problem)) return problem;
        query = query.Where(incident => incident.Sequence < before);
        var rows = await query.OrderByDescending(incident => incident.Sequence).Take(count + 1).ToListAsync(cancellationToken);
        var more = rows.Count > count;
        if (more) rows.RemoveAt(count);
        return TypedResults.Ok(new IncidentPage(rows.ConvertAll(IncidentQueries.View), more ? ListCursor.After(rows[^1].Sequence) : null));
    }

    private static async Task<Results<Ok<IncidentDetail>, ProblemHttpResult>> FindAsync(
        string id, Caller caller, IncidentQueries incidents, CancellationToken cancellationToken) =>
        await incidents.FindAsync(caller.TenantId, id, cancellationToken) is { } detail ? TypedResults.Ok(detail) : ApiProblem.NotFound("incident");

    private static async Task<Results<Ok<IncidentDetail>, ProblemHttpResult>> ChangeAsync(
        string id, IncidentStatusChange wanted, Caller caller, IncidentStatusChanges changes, IncidentQueries incidents, CancellationToken cancellationToken)
    {
        if (wanted.Status is not { } status || !Enum.IsDefined(status)) return ApiProblem.Invalid("status", "must be open, acknowledged or resolved");
        return await changes.ApplyAsync(caller, id, status, wanted.WithAnomalies ?? false, cancellationToken) switch
        {
            StatusChangeOutcome.NotFound => ApiProblem.NotFound("incident"),
            StatusChangeOutcome.Invalid => ApiProblem.Conflict("invalid_transition", $"the incident cannot become {status.ToString().ToLowerInvariant()} from the status that it has now"),
            _ => TypedResults.Ok((await incidents.FindAsync(caller.TenantId, id, cancellationToken))!),
        };
    }
}

using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Driftlock.Cbad.Events;
using Driftlock.Storage;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Streams;

/// <param name="Id">16 hex digits.</param>
/// <param name="Events">Events that were judged; each lies in exactly one window.</param>
/// <param name="State">calibrating until the stream's past suffices, then ready.</param>
/// <param name="EventsNeeded">What is missing while calibrating.</param>
/// <param name="AnomalyRate">Anomalies over judged windows; null while there are none.</param>
public sealed record StreamDetail(
    string Id, Signal Signal, string Service, string Name, int Partition, long Events, long Windows, long Anomalies, long Calibrating,
    long Suppressed, string State, int EventsNeeded, DateTimeOffset FirstSeenAt, DateTimeOffset? LastEventAt, double? AnomalyRate);

public sealed record StreamPage(IReadOnlyList<StreamDetail> Items, string? NextCursor);

public static class StreamEndpoints
{
    public static void MapStreams(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/streams").RequireAuthorization(Policies.Read).WithTags("Streams");
        group.MapGet("/", ListAsync).WithSummary("Streams with their counts and calibration");
        group.MapGet("/{id}", FindAsync).WithSummary("One stream");
    }

    private static async Task<Results<Ok<StreamPage>, ProblemHttpResult>> ListAsync(
        [AsParameters] StreamFilter filter, Caller caller, DriftlockContext database, CancellationToken cancellationToken)
    {
        var query = database.Streams.AsNoTracking().Where(stream => stream.TenantId == caller.TenantId);
        if (!filter.TryApply(ref query, out var take, out var problem)) return problem!;
        var rows = await query.OrderBy(stream => stream.Id).Take(take + 1).ToListAsync(cancellationToken);
        var more = rows.Count > take;
        if (more) rows.RemoveAt(take);
        return TypedResults.Ok(new StreamPage(rows.ConvertAll(ToDetail), more ? IdOf(rows[^1]) : null));
    }

    private static async Task<Results<Ok<StreamDetail>, ProblemHttpResult>> FindAsync(
        string id, Caller caller, DriftlockContext database, CancellationToken cancellationToken)
    {
        if (!StreamId.TryParse(id, out var parsed)) return ApiProblem.NotFound("stream");
        var value = (long)parsed.Value;
        var row = await database.Streams.AsNoTracking()
            .SingleOrDefaultAsync(stream => stream.TenantId == caller.TenantId && stream.Id == value, cancellationToken);
        return row is null ? ApiProblem.NotFound("stream") : TypedResults.Ok(ToDetail(row));
    }

    private static StreamDetail ToDetail(StreamRow row)
    {
        var judged = row.Windows - row.Calibrating;
        var ready = row.EventsNeeded == 0 && judged > 0;
        return new StreamDetail(
            IdOf(row), (Signal)row.Signal, row.Service, row.Name, row.PartitionId, row.Events, row.Windows, row.Anomalies, row.Calibrating,
            row.Suppressed, ready ? "ready" : "calibrating", row.EventsNeeded, row.FirstSeenAt, row.LastEventAt,
            judged > 0 ? (double)row.Anomalies / judged : null);
    }

    private static string IdOf(StreamRow row) => new StreamId((ulong)row.Id).ToString();
}

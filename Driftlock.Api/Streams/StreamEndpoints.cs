using System.Globalization;
using Driftlock.Api.Anomalies;
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
        string? signal, string? service, string? limit, string? cursor, Caller caller, DriftlockContext database,
        CancellationToken cancellationToken)
    {
        var take = AnomalyFilter.DefaultLimit;
        if (limit is not null
            && !(int.TryParse(limit, CultureInfo.InvariantCulture, out take) && take is >= 1 and <= AnomalyFilter.LargestLimit))
        {
            return ApiProblem.Invalid("limit", $"must be a whole number from 1 to {AnomalyFilter.LargestLimit}");
        }
        var query = database.Streams.AsNoTracking().Where(stream => stream.TenantId == caller.TenantId);
        if (signal is not null)
        {
            if (!AnomalyFilter.TryName<Signal>(signal, out var wanted)) return ApiProblem.Invalid("signal", "must be logs, metrics or traces");
            query = query.Where(stream => stream.Signal == (short)wanted);
        }
        if (service?.Contains('\0') == true) return ApiProblem.Invalid("service", AnomalyFilter.NoNul);
        if (!string.IsNullOrEmpty(service)) query = query.Where(stream => stream.Service == service);
        if (cursor is not null)
        {
            if (!StreamId.TryParse(cursor, out var after)) return ApiProblem.Invalid("cursor", "must be the nextCursor of an earlier page");
            var value = (long)after.Value;
            query = query.Where(stream => stream.Id > value);
        }
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

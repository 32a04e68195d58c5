using Driftlock.Api.Audit;
using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Driftlock.Storage;
using Driftlock.Storage.Audit;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Driftlock.Api.Streams;

/// <param name="Channel">What the number is.</param>
/// <param name="BlockEvents">Values of a block.</param>
/// <param name="Means">Of the blocks, in their order: what later blocks are ranked among.</param>
/// <param name="ByHand">Somebody pinned it; otherwise it settled by itself.</param>
/// <param name="SupersededByHand">Somebody gave it up; otherwise its drift was told.</param>
public sealed record Anchor(
    string Channel, long BlockEvents, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<double> Means, DateTimeOffset PinnedAt, bool ByHand,
    DateTimeOffset? SupersededAt, bool? SupersededByHand);

/// <param name="Pinned">What drift is judged against now; of a number that is not here, a baseline is being collected.</param>
/// <param name="History">Earlier ones, newest first, at most 100.</param>
public sealed record StreamAnchors(string StreamId, string Service, IReadOnlyList<Anchor> Pinned, IReadOnlyList<Anchor> History);

public sealed record AnchorRequest(string? Reason);

/// <param name="Partition">Of the event log.</param>
/// <param name="Offset">From there on it holds.</param>
public sealed record AcceptedAnchor(string StreamId, string Action, int Partition, long Offset);

/// <summary>The baselines that slow drift is judged against: frozen on purpose, superseded on purpose.</summary>
public static class AnchorEndpoints
{
    private const int MostHistory = 100;

    public static void MapAnchors(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/streams/{id}/anchor").RequireAuthorization(Policies.Read).WithTags("Streams");
        group.MapGet("/", GetAsync).WithSummary("The stream's pinned baselines, and those of before");
        group.MapPost("/pin", (string id, AnchorRequest request, Caller caller, AnchorChanges changes, CancellationToken cancellationToken) =>
                changes.ApplyAsync(id, request, AnchorAction.Pin, caller, cancellationToken))
            .RequireAuthorization(Policies.Admin).WithSummary("Freeze what has been collected so far as the baseline, where it is enough to rank among");
        group.MapPost("/supersede", (string id, AnchorRequest request, Caller caller, AnchorChanges changes, CancellationToken cancellationToken) =>
                changes.ApplyAsync(id, request, AnchorAction.Supersede, caller, cancellationToken))
            .RequireAuthorization(Policies.Admin).WithSummary("Give the baselines up, and collect others from here on");
    }

    private static async Task<Results<Ok<StreamAnchors>, ProblemHttpResult>> GetAsync(
        string id, Caller caller, StreamLookup streams, DriftlockContext database, CancellationToken cancellationToken)
    {
        if (await streams.FindAsync(caller, id, cancellationToken) is not { } stream) return ApiProblem.NotFound("stream");
        var mine = database.StreamAnchors.AsNoTracking().Where(anchor => anchor.TenantId == caller.TenantId && anchor.StreamId == stream.Row.Id);
        var pinned = await mine.Where(anchor => anchor.SupersededAt == null).OrderBy(anchor => anchor.Channel).ToListAsync(cancellationToken);
        var history = await mine.Where(anchor => anchor.SupersededAt != null).OrderByDescending(anchor => anchor.SupersededAt).Take(MostHistory).ToListAsync(cancellationToken);
        return TypedResults.Ok(new StreamAnchors(id, stream.Row.Service, pinned.ConvertAll(View), history.ConvertAll(View)));
    }

    private static Anchor View(StreamAnchor row) => new(
        row.Channel, row.BlockEvents, row.FirstTime, row.LastTime, row.Means, row.PinnedAt, row.PinnedByHand, row.SupersededAt,
        row.SupersededAt is null ? null : row.SupersededByHand);
}

/// <summary>Writes what is wanted of an anchor to the log, where the engine meets it in its turn.</summary>
public sealed class AnchorChanges(StreamLookup streams, DriftlockContext database, AuditedChange change, TimeProvider time)
{
    public async Task<Results<Accepted<AcceptedAnchor>, ProblemHttpResult>> ApplyAsync(
        string id, AnchorRequest request, AnchorAction action, Caller caller, CancellationToken cancellationToken)
    {
        if (NoteProblem.Of(request.Reason, "reason") is { } badReason) return badReason;
        if (await streams.FindAsync(caller, id, cancellationToken) is not { } stream) return ApiProblem.NotFound("stream");
        var name = action.ToString().ToLowerInvariant();
        var accepted = await change.RunAsync<AcceptedAnchor>(caller, async cancellation =>
        {
            var offset = await SettingsLog.AppendAnchorAsync(
                (NpgsqlConnection)database.Database.GetDbConnection(), caller.TenantId, stream.Row.PartitionId, new AnchorCommand(action, stream.StreamId),
                UnixTime.ToUnixNano(time.GetUtcNow()), cancellation);
            return new(
                new AcceptedAnchor(id, name, stream.Row.PartitionId, offset),
                AuditRecord.Of($"anchor.{name}", id, null, new { request.Reason, stream.Row.PartitionId, offset }));
        }, cancellationToken);
        return TypedResults.Accepted($"/api/v1/streams/{id}/anchor", accepted);
    }
}

using System.Text.Json;
using Driftlock.Api.Auth;
using Driftlock.Api.Queries;
using Driftlock.Cbad;
using Driftlock.Storage;
using Driftlock.Storage.Audit;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Audit;

/// <param name="Position">Counts from 1 within the tenant, without gaps.</param>
/// <param name="Actor">key:ID, user:ID, token:SUBJECT or system.</param>
/// <param name="Action">What was done, such as api-key.create.</param>
/// <param name="Before">As it was; null where there was nothing.</param>
/// <param name="After">As it is since; null where there is nothing any more.</param>
/// <param name="Hash">SHA-256, over this entry and the hash of the one before it.</param>
public sealed record AuditItem(
    long Position, DateTimeOffset At, string Actor, string ActorName, string Action, string Target, JsonElement? Before, JsonElement? After,
    string PreviousHash, string Hash);

public sealed record AuditPage(IReadOnlyList<AuditItem> Items, string? NextCursor);

/// <param name="Entries">How many were read.</param>
/// <param name="Intact">Every entry has the hash that it must have, and none is missing.</param>
/// <param name="BrokenAt">Position of the first that is altered or missing.</param>
/// <param name="Head">Hash of the last: written down elsewhere, it shows later that none was cut off.</param>
public sealed record AuditCheck(long Entries, bool Intact, long? BrokenAt, string Head);

public static class AuditEndpoints
{
    private const int CheckedAtOnce = 1_000;

    public static void MapAuditLog(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/admin/audit-log").RequireAuthorization(Policies.Admin).WithTags("Admin");
        group.MapGet("/", ListAsync).WithSummary("Every change by anyone, newest first");
        group.MapGet("/check", CheckAsync).WithSummary("Recomputes the chain of hashes over the whole audit log");
    }

    private static async Task<Results<Ok<AuditPage>, ProblemHttpResult>> ListAsync(
        [AsParameters] AuditFilter filter, Caller caller, DriftlockContext database, CancellationToken cancellationToken)
    {
        var entries = database.AuditLog.AsNoTracking().Where(entry => entry.TenantId == caller.TenantId);
        if (!filter.TryApply(ref entries, out var count, out var problem)) return problem;
        var rows = await entries.OrderByDescending(entry => entry.Position).Take(count + 1).ToListAsync(cancellationToken);
        var more = rows.Count > count;
        if (more) rows.RemoveAt(count);
        return TypedResults.Ok(new AuditPage(
            rows.ConvertAll(row => new AuditItem(
                row.Position, row.At, row.Actor, row.ActorName, row.Action, row.Target, Parse(row.Before), Parse(row.After), row.PreviousHash, row.Hash)),
            more ? ListCursor.After(rows[^1].Position) : null));
    }

    private static async Task<Ok<AuditCheck>> CheckAsync(Caller caller, DriftlockContext database, CancellationToken cancellationToken)
    {
        var (position, head) = (0L, EvidenceLink.NoHash);
        while (true)
        {
            var rows = await database.AuditLog.AsNoTracking().Where(entry => entry.TenantId == caller.TenantId && entry.Position > position)
                .OrderBy(entry => entry.Position).Take(CheckedAtOnce).ToListAsync(cancellationToken);
            if (rows.Count == 0) return TypedResults.Ok(new AuditCheck(position, true, null, head));
            foreach (var row in rows)
            {
                if (row.Position != position + 1 || row.PreviousHash != head || row.Hash != AuditLog.HashOf(row))
                {
                    return TypedResults.Ok(new AuditCheck(position, false, position + 1, head));
                }
                (position, head) = (row.Position, row.Hash);
            }
        }
    }

    private static JsonElement? Parse(string? json) => json is null ? null : JsonElement.Parse(json);
}

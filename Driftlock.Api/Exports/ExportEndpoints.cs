using System.Text.Json;
using Driftlock.Api.Audit;
using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Driftlock.Storage;
using Driftlock.Storage.Audit;
using Driftlock.Storage.Model;
using Driftlock.Storage.Secrets;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace Driftlock.Api.Exports;

public static class ExportEndpoints
{
    public static void MapExports(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/exports").RequireAuthorization(Policies.Read).WithTags("Exports");
        group.MapGet("/", ListAsync).WithSummary("Exports of the last seven days, newest first");
        group.MapPost("/", CreateAsync).RequireAuthorization(Policies.Write).WithSummary("Export anomalies in bulk, as a job").FailsWith("too_many_exports");
        group.MapGet("/{id:guid}", FindAsync).WithSummary("How far an export is");
        group.MapGet("/{id:guid}/file", DownloadAsync).WithSummary("The file; a download that was cut off goes on with Range").Produces<string>(contentType: "application/x-ndjson").FailsWith("export_not_done");
        group.MapDelete("/{id:guid}", DeleteAsync).RequireAuthorization(Policies.Write).WithSummary("Stop an export and delete its file");
    }

    private static async Task<Ok<ExportList>> ListAsync(Caller caller, DriftlockContext database, CancellationToken cancellationToken) =>
        TypedResults.Ok(new ExportList((await database.Exports.AsNoTracking().Where(export => export.TenantId == caller.TenantId)
            .OrderByDescending(export => export.CreatedAt).Take(ExportLimits.PerTenant).ToListAsync(cancellationToken)).ConvertAll(View)));

    private static async Task<Results<Accepted<ExportDetail>, ProblemHttpResult>> CreateAsync(
        NewExport wanted, Caller caller, DriftlockContext database, AuditedChange change, TimeProvider time, CancellationToken cancellationToken)
    {
        if (wanted.Format is { } format && !Enum.IsDefined(format)) return ApiProblem.Invalid("format", "must be ndjson or csv");
        if (wanted is { Format: ExportFormat.Csv, Evidence: true }) return ApiProblem.Invalid("evidence", "a bundle does not fit into a cell: ask for ndjson");
        var checkedOnly = database.Anomalies.AsQueryable();
        if (wanted.Filter?.ToList().TryApply(ref checkedOnly, out _, out var problem) == false) return problem!;
        var created = await change.RunAsync<Export?>(caller, async cancellation =>
        {
            // Of two at once, one waits here for the other.
            await database.Database.ExecuteSqlAsync($"SELECT 1 FROM tenants WHERE id = {caller.TenantId} FOR UPDATE", cancellation);
            var mine = database.Exports.Where(export => export.TenantId == caller.TenantId);
            if (await mine.CountAsync(export => export.Status == ExportStatus.Queued || export.Status == ExportStatus.Running, cancellation) >= ExportLimits.Unfinished) return new(null);
            var kept = await mine.OrderByDescending(export => export.CreatedAt).Take(ExportLimits.PerTenant - 1).Select(export => export.Id).ToListAsync(cancellation);
            await mine.Where(export => !kept.Contains(export.Id) && export.FinishedAt != null).ExecuteDeleteAsync(cancellation);
            var now = time.GetUtcNow();
            var export = new Export
            {
                Id = Guid.CreateVersion7(now), TenantId = caller.TenantId, Format = wanted.Format ?? ExportFormat.Ndjson, WithEvidence = wanted.Evidence == true,
                Filter = JsonSerializer.Serialize(wanted.Filter), Status = ExportStatus.Queued, CreatedAt = now, CreatedBy = caller.Name,
                UpToSequence = await database.Anomalies.Where(anomaly => anomaly.TenantId == caller.TenantId).MaxAsync(anomaly => (long?)anomaly.Sequence, cancellation) ?? 0,
            };
            database.Add(export);
            return new(export, AuditRecord.Of("export.create", export.Id.ToString(), null, new { export.Format, evidence = export.WithEvidence, wanted.Filter }));
        }, cancellationToken);
        return created is null
            ? ApiProblem.Conflict("too_many_exports", $"{ExportLimits.Unfinished} exports are under way; wait for one or delete it")
            : TypedResults.Accepted($"/api/v1/exports/{created.Id}", View(created));
    }

    private static async Task<Results<Ok<ExportDetail>, ProblemHttpResult>> FindAsync(Guid id, Caller caller, DriftlockContext database, CancellationToken cancellationToken) =>
        await OfAsync(id, caller, database, cancellationToken) is { } export ? TypedResults.Ok(View(export)) : ApiProblem.NotFound("export");

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> DownloadAsync(
        Guid id, Caller caller, DriftlockContext database, NpgsqlDataSource dataSource, KeyRingSource keys, CancellationToken cancellationToken)
    {
        if (await OfAsync(id, caller, database, cancellationToken) is not { } export) return ApiProblem.NotFound("export");
        if (export.Status != ExportStatus.Done)
        {
            return ApiProblem.Conflict("export_not_done", export.Error ?? $"the export is {export.Status.ToString().ToLowerInvariant()}; ask again when its status is done");
        }
        var (type, extension) = export.Format == ExportFormat.Csv ? ("text/csv; charset=utf-8", "csv") : ("application/x-ndjson", "ndjson");
        var file = new ExportStream(dataSource, await keys.GetAsync(cancellationToken), export.Id, export.Bytes);
        // Made once, so the tag of its id is one of its bytes: If-Range lets a download go on.
        return TypedResults.File(
            file, type, $"driftlock-anomalies-{export.CreatedAt:yyyyMMdd-HHmmss}.{extension}", export.FinishedAt, new EntityTagHeaderValue($"\"{export.Id:N}\""), enableRangeProcessing: true);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        Guid id, Caller caller, DriftlockContext database, AuditedChange change, CancellationToken cancellationToken)
    {
        var deleted = await change.RunAsync<bool>(caller, async cancellation =>
            await database.Exports.Where(export => export.TenantId == caller.TenantId && export.Id == id).ExecuteDeleteAsync(cancellation) == 1
                ? new(true, AuditRecord.Of("export.delete", id.ToString(), null, null)) : new(false), cancellationToken);
        return deleted ? TypedResults.NoContent() : ApiProblem.NotFound("export");
    }

    private static async Task<Export?> OfAsync(Guid id, Caller caller, DriftlockContext database, CancellationToken cancellationToken) =>
        await database.Exports.AsNoTracking().SingleOrDefaultAsync(export => export.TenantId == caller.TenantId && export.Id == id, cancellationToken);

    private static ExportDetail View(Export export) => new(
        export.Id, export.Format, export.WithEvidence, JsonSerializer.Deserialize<ExportFilter>(export.Filter), export.Status, export.Rows, export.Bytes,
        export.CreatedAt, export.CreatedBy, export.FinishedAt, export.CreatedAt + ExportLimits.Kept, export.Error);
}

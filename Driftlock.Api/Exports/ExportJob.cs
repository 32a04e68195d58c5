using System.Text.Json;
using Driftlock.Api.Anomalies;
using Driftlock.Api.EvidenceChain;
using Driftlock.Storage;
using Driftlock.Storage.Model;
using Driftlock.Storage.Secrets;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Exports;

/// <summary>
/// Works on exports piece by piece: a chunk of the file and how far it reaches are one transaction, so that whoever goes on after a crash
/// begins where the file ends. An anomaly is written as it is when its chunk is.
/// </summary>
public sealed class ExportJob(
    DriftlockContext database, AnomalyQueries anomalies, SignedBundles bundles, ExportWriter writer, KeyRingSource keys, TimeProvider time)
{
    /// <summary>Takes the oldest export that nobody works on, and works on it to its end.</summary>
    /// <returns>False when there is none.</returns>
    public async Task<bool> RunNextAsync(CancellationToken cancellationToken)
    {
        if (await ClaimAsync(cancellationToken) is not { } claimed) return false;
        var lease = claimed.LeasedUntil;
        while (lease is not null) lease = await StepAsync(claimed.Id, lease.Value, cancellationToken);
        return true;
    }

    private async Task<Export?> ClaimAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var until = now + ExportLimits.Lease;
        var claimed = await database.Exports.FromSql(
            $"""
            UPDATE exports SET status = {(short)ExportStatus.Running}, leased_until = {until} WHERE id = (
              SELECT id FROM exports WHERE status IN (1, 2) AND (leased_until IS NULL OR leased_until < {now}) ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING *
            """).AsNoTracking().ToListAsync(cancellationToken);
        return claimed.SingleOrDefault();
    }

    /// <returns>The lease under which the next step is made; null when there is nothing left to do, or another one works on it.</returns>
    private Task<DateTimeOffset?> StepAsync(Guid id, DateTimeOffset lease, CancellationToken cancellationToken) =>
        database.Database.CreateExecutionStrategy().ExecuteAsync<DateTimeOffset?>(async cancellation =>
        {
            database.ChangeTracker.Clear();
            await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
            var export = (await database.Exports.FromSql($"SELECT * FROM exports WHERE id = {id} FOR UPDATE").ToListAsync(cancellation)).SingleOrDefault();
            // PostgreSQL keeps microseconds: a lease of another owner is a different one by far more than that.
            if (export is not { Status: ExportStatus.Running, LeasedUntil: { } held } || (held - lease).Duration() > TimeSpan.FromMilliseconds(1)) return null;
            await WriteNextAsync(export, cancellation);
            await database.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            return export.Status == ExportStatus.Running ? export.LeasedUntil : null;
        }, cancellationToken);

    private async Task WriteNextAsync(Export export, CancellationToken cancellationToken)
    {
        // Not their number: it would be counted anew for each of ten thousand.
        var last = await database.ExportChunks.Where(chunk => chunk.ExportId == export.Id).OrderByDescending(chunk => chunk.FirstByte)
            .Select(chunk => (int?)chunk.Ordinal).FirstOrDefaultAsync(cancellationToken);
        var ordinal = last + 1 ?? 0;
        if (ordinal == 0 && export.Format == ExportFormat.Csv) await AddAsync(export, ordinal++, ExportWriter.CsvHeader(), cancellationToken);
        var found = anomalies.Of(export.TenantId);
        var filter = JsonSerializer.Deserialize<ExportFilter>(export.Filter)?.ToList();
        if (filter?.TryApply(ref found, out _, out _) == false) throw new InvalidOperationException($"the filter of export {export.Id} was checked before and is not valid now");
        var rows = await found.Where(anomaly => anomaly.Sequence > export.Reached && anomaly.Sequence <= export.UpToSequence)
            .OrderBy(anomaly => anomaly.Sequence).Take(ExportLimits.ChunkRows).ToListAsync(cancellationToken);
        if (rows.Count > 0)
        {
            var content = export.Format == ExportFormat.Csv
                ? writer.CsvRows(rows.Select(ExportedAnomaly.Of)) : writer.Ndjson(await WithEvidenceAsync(export, rows, cancellationToken));
            await AddAsync(export, ordinal, content, cancellationToken);
            (export.Reached, export.Rows) = (rows[^1].Sequence, export.Rows + rows.Count);
        }
        var now = time.GetUtcNow();
        export.LeasedUntil = now + ExportLimits.Lease;
        if (export.Bytes > ExportLimits.Bytes) Finish(export, ExportStatus.Failed, $"the file would be larger than {ExportLimits.Bytes >> 30} GiB; narrow the filter, for example by from and to");
        else if (rows.Count < ExportLimits.ChunkRows) Finish(export, ExportStatus.Done, null);

        void Finish(Export export, ExportStatus status, string? error) => (export.Status, export.FinishedAt, export.LeasedUntil, export.Error) = (status, now, null, error);
    }

    private async Task<List<(ExportedAnomaly, byte[]?)>> WithEvidenceAsync(Export export, List<Anomaly> rows, CancellationToken cancellationToken)
    {
        var lines = new List<(ExportedAnomaly, byte[]?)>(rows.Count);
        foreach (var row in rows)
        {
            lines.Add((ExportedAnomaly.Of(row), export.WithEvidence ? await bundles.FindAsync(export.TenantId, row.Id, cancellationToken) : null));
        }
        return lines;
    }

    private async Task AddAsync(Export export, int ordinal, byte[] content, CancellationToken cancellationToken)
    {
        var ring = await keys.GetAsync(cancellationToken);
        database.Add(new ExportChunk { ExportId = export.Id, Ordinal = ordinal, FirstByte = export.Bytes, Bytes = content.Length, Content = ExportStream.Close(ring, export.Id, ordinal, content) });
        export.Bytes += content.Length;
    }
}

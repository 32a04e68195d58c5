using System.Text.Json;
using Driftlock.Cbad.Events;
using Driftlock.Storage;
using Driftlock.Storage.Detection;
using Driftlock.Storage.Model;
using Driftlock.Storage.Secrets;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Anomalies;

/// <summary>Reads anomalies, always of one tenant.</summary>
public sealed class AnomalyQueries(DriftlockContext database, KeyRingSource keys)
{
    private const int RelatedAtMost = 10;
    private static readonly TimeSpan RelatedWithin = TimeSpan.FromHours(1);

    public IQueryable<Anomaly> Of(int tenant) => database.Anomalies.AsNoTracking().Where(anomaly => anomaly.TenantId == tenant);

    public static async Task<List<AnomalySummary>> ListAsync(IQueryable<Anomaly> query, int limit, CancellationToken cancellationToken)
    {
        // The evidence is by far the largest column: lists leave it where it is.
        var rows = await query.Take(limit).Select(anomaly => new
        {
            anomaly.Id, anomaly.StreamId, anomaly.Signal, anomaly.Service, anomaly.StreamName, anomaly.Severity, anomaly.Status, anomaly.Score,
            anomaly.PValue, anomaly.ExcessBits, anomaly.AffectedShare, anomaly.Why, anomaly.CostliestLine, anomaly.EventCount,
            anomaly.FirstEventTime, anomaly.LastEventTime, anomaly.DetectedAt, anomaly.Sequence,
        }).ToListAsync(cancellationToken);
        return rows.ConvertAll(a => new AnomalySummary(
            a.Id, new StreamId((ulong)a.StreamId).ToString(), (Signal)a.Signal, a.Service, a.StreamName, a.Severity, a.Status, a.Score,
            a.PValue, a.ExcessBits, a.AffectedShare, a.Why, a.CostliestLine, a.EventCount,
            a.FirstEventTime, a.LastEventTime, a.DetectedAt, a.Sequence));
    }

    public async Task<AnomalyDetail?> FindAsync(int tenant, string id, CancellationToken cancellationToken)
    {
        var row = await Of(tenant).SingleOrDefaultAsync(anomaly => anomaly.Id == id, cancellationToken);
        if (row is null) return null;
        using var evidence = JsonDocument.Parse(await OpenAsync(row.Evidence, row.IsSealed, id, cancellationToken));
        JsonElement Part(string name) => evidence.RootElement.GetProperty(name).Clone();
        return new AnomalyDetail(
            row.Id, new StreamId((ulong)row.StreamId).ToString(), (Signal)row.Signal, row.Service, row.StreamName, row.Severity, row.Status,
            row.Score, row.PValue, row.ExcessBits, row.AffectedShare, row.Why, row.CostliestLine, row.EventCount,
            row.FirstEventTime, row.LastEventTime, row.DetectedAt, row.Sequence,
            Part("explanation"), Part("calibration"), Part("budget"), row.Notes, row.StatusChangedAt, row.StatusChangedBy, row.EvidenceHash,
            await RelatedAsync(tenant, row, cancellationToken));
    }

    /// <summary>The evidence JSON, byte for byte as the engine wrote it.</summary>
    public async Task<byte[]?> EvidenceAsync(int tenant, string id, CancellationToken cancellationToken)
    {
        var row = await Of(tenant).Where(anomaly => anomaly.Id == id).Select(anomaly => new { anomaly.Evidence, anomaly.IsSealed })
            .SingleOrDefaultAsync(cancellationToken);
        return row is null ? null : await OpenAsync(row.Evidence, row.IsSealed, id, cancellationToken);
    }

    private async Task<byte[]> OpenAsync(byte[] stored, bool isSealed, string id, CancellationToken cancellationToken)
    {
        var ring = await keys.GetAsync(cancellationToken);
        return StoredEvidence.Open(stored, isSealed, ring, id);
    }

    private Task<List<AnomalySummary>> RelatedAsync(int tenant, Anomaly row, CancellationToken cancellationToken)
    {
        var (from, to) = (row.FirstEventTime - RelatedWithin, row.LastEventTime + RelatedWithin);
        return ListAsync(
            Of(tenant)
                .Where(other => other.Service == row.Service && other.Id != row.Id && other.FirstEventTime <= to && other.LastEventTime >= from)
                .OrderByDescending(other => other.Sequence),
            RelatedAtMost, cancellationToken);
    }
}

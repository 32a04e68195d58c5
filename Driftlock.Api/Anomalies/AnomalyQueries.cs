using System.Text.Json;
using Driftlock.Cbad.Events;
using Driftlock.Storage;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Anomalies;

/// <summary>Reads anomalies, always of one tenant.</summary>
public sealed class AnomalyQueries(DriftlockContext database)
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
        using var evidence = JsonDocument.Parse(EventPayload.Decompress(row.Evidence));
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
        var evidence = await Of(tenant).Where(anomaly => anomaly.Id == id).Select(anomaly => anomaly.Evidence)
            .SingleOrDefaultAsync(cancellationToken);
        return evidence is null ? null : EventPayload.Decompress(evidence);
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

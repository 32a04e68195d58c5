using Driftlock.Api.Anomalies;
using Driftlock.Api.Audit;
using Driftlock.Api.Auth;
using Driftlock.Storage;
using Driftlock.Storage.Audit;
using Driftlock.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Incidents;

/// <summary>open -> acknowledged -> resolved, and back to open; open -> resolved as well, since an incident may be over before anybody looked.</summary>
public sealed class IncidentStatusChanges(DriftlockContext database, AuditedChange change, TimeProvider time)
{
    public Task<StatusChangeOutcome> ApplyAsync(Caller caller, string id, IncidentStatus to, bool withAnomalies, CancellationToken cancellationToken) =>
        change.RunAsync<StatusChangeOutcome>(caller, async cancellation =>
        {
            // With its row locked: anomalies join under the same lock, and two people cannot change it at once.
            var rows = await database.Incidents.FromSql($"SELECT * FROM incidents WHERE tenant_id = {caller.TenantId} AND id = {id} FOR UPDATE").ToListAsync(cancellation);
            if (rows is not [var incident]) return new(StatusChangeOutcome.NotFound);
            var from = incident.Status;
            if (from == to || (from, to) is (IncidentStatus.Resolved, IncidentStatus.Acknowledged)) return new(StatusChangeOutcome.Invalid);
            var (now, before) = (time.GetUtcNow(), incident.StatusChangedAt);
            (incident.Status, incident.StatusChangedAt, incident.StatusChangedBy) = (to, now, caller.Name);
            List<AuditRecord> records = [AuditRecord.Of("incident.status", id, new { Status = from }, new { Status = to })];
            if (withAnomalies) await FollowAsync(caller, id, to, before, now, records, cancellation);
            return new(StatusChangeOutcome.Changed, [.. records]);
        }, cancellationToken);

    /// <summary>With what is opened again come those that went along when it was acknowledged or resolved, at <paramref name="before"/>; what was decided on its own stays.</summary>
    private async Task FollowAsync(
        Caller caller, string id, IncidentStatus to, DateTimeOffset? before, DateTimeOffset now, List<AuditRecord> records, CancellationToken cancellationToken)
    {
        var anomalies = await database.Anomalies.Where(anomaly => anomaly.TenantId == caller.TenantId && anomaly.IncidentId == id)
            .Select(anomaly => new { anomaly.Id, anomaly.Status, anomaly.StatusChangedAt }).ToListAsync(cancellationToken);
        var wanted = to switch { IncidentStatus.Resolved => AnomalyStatus.Resolved, IncidentStatus.Acknowledged => AnomalyStatus.Acknowledged, _ => AnomalyStatus.Open };
        foreach (var anomaly in anomalies.Where(anomaly => wanted switch
        {
            AnomalyStatus.Open => anomaly.Status is AnomalyStatus.Acknowledged or AnomalyStatus.Resolved && anomaly.StatusChangedAt == before,
            AnomalyStatus.Resolved => anomaly.Status is AnomalyStatus.Open or AnomalyStatus.Acknowledged,
            _ => anomaly.Status is AnomalyStatus.Open,
        }))
        {
            var changed = await database.Anomalies.Where(row => row.TenantId == caller.TenantId && row.Id == anomaly.Id && row.Status == anomaly.Status).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Status, wanted).SetProperty(row => row.StatusChangedAt, now).SetProperty(row => row.StatusChangedBy, caller.Name), cancellationToken);
            if (changed == 1) records.Add(AuditRecord.Of("anomaly.status", anomaly.Id, new { anomaly.Status }, new { Status = wanted, incident = id }));
        }
    }
}

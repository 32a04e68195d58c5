using Driftlock.Api.Audit;
using Driftlock.Api.Auth;
using Driftlock.Storage;
using Driftlock.Storage.Audit;
using Driftlock.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Config;

/// <summary>Acknowledges what nobody looked at for as many days as a tenant says; off unless it says so.</summary>
public sealed class AutoAcknowledgePolicy(DriftlockContext database, AuditedChange change, TimeProvider time)
{
    public const int MostDays = 3_650;

    private const int AtOnce = 500;

    /// <param name="caller">Whose tenant.</param>
    /// <param name="days">0: never.</param>
    /// <param name="cancellationToken">Before the commit nothing is changed.</param>
    public Task SetAsync(Caller caller, int days, CancellationToken cancellationToken) =>
        change.RunAsync<bool>(caller, async cancellation =>
        {
            var tenant = await database.Tenants.SingleAsync(tenant => tenant.Id == caller.TenantId, cancellation);
            int? wanted = days == 0 ? null : days;
            if (tenant.AutoAcknowledgeDays == wanted) return new(false);
            var before = new { AutoAcknowledgeDays = tenant.AutoAcknowledgeDays ?? 0 };
            tenant.AutoAcknowledgeDays = wanted;
            return new(true, AuditRecord.Of("config.auto-acknowledge", "config", before, new { AutoAcknowledgeDays = days }));
        }, cancellationToken);

    /// <summary>Of every tenant that has the policy, at most 500 anomalies a call; each with its audit entry.</summary>
    /// <returns>How many were acknowledged.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var done = 0;
        foreach (var (tenant, days) in (await database.Tenants.AsNoTracking().Where(tenant => tenant.AutoAcknowledgeDays != null)
            .Select(tenant => new { tenant.Id, Days = tenant.AutoAcknowledgeDays!.Value }).ToListAsync(cancellationToken)).Select(row => (row.Id, row.Days)))
        {
            done += await change.RunAsync<int>(tenant, Actor.System, async cancellation =>
            {
                var (now, before) = (time.GetUtcNow(), time.GetUtcNow().AddDays(-days));
                var open = await database.Anomalies.Where(anomaly => anomaly.TenantId == tenant && anomaly.Status == AnomalyStatus.Open && anomaly.DetectedAt < before)
                    .OrderBy(anomaly => anomaly.Sequence).Take(AtOnce).Select(anomaly => anomaly.Id).ToListAsync(cancellation);
                // The status is part of the condition: somebody may be faster.
                var records = new List<AuditRecord>();
                foreach (var id in open)
                {
                    var changed = await database.Anomalies.Where(anomaly => anomaly.TenantId == tenant && anomaly.Id == id && anomaly.Status == AnomalyStatus.Open).ExecuteUpdateAsync(
                        set => set.SetProperty(anomaly => anomaly.Status, AnomalyStatus.Acknowledged).SetProperty(anomaly => anomaly.StatusChangedAt, now)
                            .SetProperty(anomaly => anomaly.StatusChangedBy, Actor.System.Name), cancellation);
                    if (changed == 1) records.Add(AuditRecord.Of("anomaly.status", id, new { Status = AnomalyStatus.Open }, new { Status = AnomalyStatus.Acknowledged, afterDays = days }));
                }
                return new(records.Count, [.. records]);
            }, cancellationToken);
        }
        return done;
    }
}

using Driftlock.Api.Audit;
using Driftlock.Api.Auth;
using Driftlock.Storage;
using Driftlock.Storage.Audit;
using Driftlock.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Anomalies;

public enum StatusChangeOutcome
{
    Changed,
    NotFound,
    Invalid,
}

/// <summary>open -> acknowledged -> resolved; open or acknowledged -> dismissed; and back to open, which undoes any of them.</summary>
public sealed class AnomalyStatusChange(DriftlockContext database, AuditedChange change, TimeProvider time)
{
    public static bool IsAllowed(AnomalyStatus from, AnomalyStatus to) => (from, to) switch
    {
        (_, AnomalyStatus.Open) => from != AnomalyStatus.Open,
        (AnomalyStatus.Open, AnomalyStatus.Acknowledged or AnomalyStatus.Dismissed) => true,
        (AnomalyStatus.Acknowledged, AnomalyStatus.Resolved or AnomalyStatus.Dismissed) => true,
        _ => false,
    };

    public Task<StatusChangeOutcome> ApplyAsync(Caller caller, string id, AnomalyStatus to, string? notes, CancellationToken cancellationToken) =>
        change.RunAsync<StatusChangeOutcome>(caller, async cancellation =>
        {
            var mine = database.Anomalies.Where(anomaly => anomaly.TenantId == caller.TenantId && anomaly.Id == id);
            if (await mine.Select(anomaly => new { anomaly.Status, anomaly.Notes }).SingleOrDefaultAsync(cancellation) is not { } before) return new(StatusChangeOutcome.NotFound);
            if (!IsAllowed(before.Status, to)) return new(StatusChangeOutcome.Invalid);
            var after = new { Status = to, Notes = notes ?? before.Notes };
            var now = time.GetUtcNow();
            // The old status is part of the condition: of two people who change it at once, one is told.
            var changed = await mine.Where(anomaly => anomaly.Status == before.Status).ExecuteUpdateAsync(
                set => set.SetProperty(anomaly => anomaly.Status, to).SetProperty(anomaly => anomaly.Notes, after.Notes)
                    .SetProperty(anomaly => anomaly.StatusChangedAt, now).SetProperty(anomaly => anomaly.StatusChangedBy, caller.Name),
                cancellation);
            return changed == 1
                ? new(StatusChangeOutcome.Changed, AuditRecord.Of("anomaly.status", id, before, after))
                : new(StatusChangeOutcome.Invalid);
        }, cancellationToken);
}

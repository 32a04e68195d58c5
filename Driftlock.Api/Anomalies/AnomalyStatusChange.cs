using Driftlock.Api.Auth;
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
public sealed class AnomalyStatusChange(AnomalyQueries anomalies, TimeProvider time)
{
    public static bool IsAllowed(AnomalyStatus from, AnomalyStatus to) => (from, to) switch
    {
        (_, AnomalyStatus.Open) => from != AnomalyStatus.Open,
        (AnomalyStatus.Open, AnomalyStatus.Acknowledged or AnomalyStatus.Dismissed) => true,
        (AnomalyStatus.Acknowledged, AnomalyStatus.Resolved or AnomalyStatus.Dismissed) => true,
        _ => false,
    };

    public async Task<StatusChangeOutcome> ApplyAsync(
        Caller caller, string id, AnomalyStatus to, string? notes, CancellationToken cancellationToken)
    {
        var current = await anomalies.Of(caller.TenantId).Where(anomaly => anomaly.Id == id)
            .Select(anomaly => (AnomalyStatus?)anomaly.Status).SingleOrDefaultAsync(cancellationToken);
        if (current is not { } from) return StatusChangeOutcome.NotFound;
        if (!IsAllowed(from, to)) return StatusChangeOutcome.Invalid;
        var now = time.GetUtcNow();
        // The old status is part of the condition: of two people who change it at once, one is told.
        var changed = await anomalies.Of(caller.TenantId).Where(anomaly => anomaly.Id == id && anomaly.Status == from)
            .ExecuteUpdateAsync(
                set => set.SetProperty(anomaly => anomaly.Status, to).SetProperty(anomaly => anomaly.Notes, anomaly => notes ?? anomaly.Notes)
                    .SetProperty(anomaly => anomaly.StatusChangedAt, now).SetProperty(anomaly => anomaly.StatusChangedBy, caller.Name),
                cancellationToken);
        return changed == 1 ? StatusChangeOutcome.Changed : StatusChangeOutcome.Invalid;
    }
}

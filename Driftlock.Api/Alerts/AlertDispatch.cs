using Driftlock.Api.Anomalies;
using Driftlock.Api.Audit;
using Driftlock.Storage;
using Driftlock.Storage.Audit;
using Driftlock.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Alerts;

/// <summary>
/// Sends what waits in the outbox: at least once, the oldest first, one at a time for each channel, and after a failure the whole channel waits,
/// so that a receiver that is away is asked seldom and keeps nobody else's alerts waiting.
/// </summary>
public sealed class AlertDispatch(
    DriftlockContext database, AnomalyQueries anomalies, AuditedChange change, AlertSender sender, IOptions<AlertOptions> options, TimeProvider time)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private static readonly Actor Policy = new("system", "alerting");

    /// <summary>Claims deliveries that are due, each of another channel, for <see cref="AlertLimits.Claim"/>.</summary>
    public Task<List<Guid>> ClaimAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.Database.SqlQuery<Guid>(
            $"""
            UPDATE alert_deliveries SET next_attempt_at = {now + AlertLimits.Claim}, attempts = attempts + 1 WHERE id IN (
              SELECT next.id FROM (
                SELECT channel_id FROM alert_deliveries WHERE next_attempt_at <= {now} GROUP BY channel_id ORDER BY min(next_attempt_at) LIMIT {AlertLimits.AtOnce}) due
              CROSS JOIN LATERAL (
                SELECT id FROM alert_deliveries WHERE channel_id = due.channel_id AND next_attempt_at <= {now}
                ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED) next)
            RETURNING id AS "Value"
            """).ToListAsync(cancellationToken);
    }

    public async Task SendAsync(Guid id, CancellationToken cancellationToken)
    {
        var delivery = await database.AlertDeliveries.AsNoTracking().SingleOrDefaultAsync(delivery => delivery.Id == id, cancellationToken);
        var channel = delivery is null ? null : await database.AlertChannels.AsNoTracking().SingleOrDefaultAsync(channel => channel.Id == delivery.ChannelId, cancellationToken);
        if (delivery is null || channel is null) return; // Deleted meanwhile.
        if (await AlertOfAsync(delivery, channel, cancellationToken) is not { } alert)
        {
            await SettleAsync(id, null, null, "the anomaly is not kept any more", cancellationToken);
            return;
        }
        var outcome = await sender.SendAsync(channel, id, alert, cancellationToken);
        var now = time.GetUtcNow();
        if (outcome.Error is null) await SettleAsync(id, now, null, null, cancellationToken);
        else if (outcome.IsGone) await DisableAsync(channel, id, outcome.Error, cancellationToken);
        else await WaitAsync(delivery, outcome, now, cancellationToken);
    }

    private async Task<Alert?> AlertOfAsync(AlertDelivery delivery, AlertChannel channel, CancellationToken cancellationToken)
    {
        var row = (await AnomalyQueries.ListAsync(anomalies.Of(delivery.TenantId).Where(anomaly => anomaly.Id == delivery.AnomalyId), 1, cancellationToken)).SingleOrDefault();
        if (row is null) return null;
        var incident = await anomalies.Of(delivery.TenantId).Where(anomaly => anomaly.Id == delivery.AnomalyId).Select(anomaly => anomaly.IncidentId).SingleOrDefaultAsync(cancellationToken);
        var tenant = await database.Tenants.Where(tenant => tenant.Id == delivery.TenantId).Select(tenant => tenant.Name).SingleAsync(cancellationToken);
        var link = options.Value.DashboardUrl is { } dashboard ? new Uri(dashboard, $"anomalies/{Uri.EscapeDataString(row.Id)}").ToString() : null;
        return new Alert(channel.Subject == AlertSubject.Incident ? "incident.opened" : "anomaly.detected", delivery.CreatedAt, delivery.Subject, tenant, row, incident, link);
    }

    private Task<int> WaitAsync(AlertDelivery delivery, AlertOutcome outcome, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (now - delivery.CreatedAt > AlertLimits.GivenUpAfter) return SettleAsync(delivery.Id, null, null, outcome.Error, cancellationToken);
        var wait = AlertLimits.WaitAfter(delivery.Attempts);
        if (outcome.RetryAfter is { } asked && asked > wait) wait = asked < LongestWait ? asked : LongestWait;
        var next = now + wait;
        return database.Database.ExecuteSqlAsync(
            $"""
            UPDATE alert_deliveries SET next_attempt_at = greatest(next_attempt_at, {next}), error = CASE WHEN id = {delivery.Id} THEN {outcome.Error} ELSE error END
            WHERE channel_id = {delivery.ChannelId} AND next_attempt_at IS NOT NULL
            """, cancellationToken);
    }

    private Task<int> SettleAsync(Guid id, DateTimeOffset? deliveredAt, DateTimeOffset? next, string? error, CancellationToken cancellationToken) =>
        database.AlertDeliveries.Where(delivery => delivery.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(delivery => delivery.NextAttemptAt, next).SetProperty(delivery => delivery.DeliveredAt, deliveredAt).SetProperty(delivery => delivery.Error, error),
            cancellationToken);

    private Task<bool> DisableAsync(AlertChannel channel, Guid id, string error, CancellationToken cancellationToken) =>
        change.RunAsync<bool>(channel.TenantId, Policy, async cancellation =>
        {
            await SettleAsync(id, null, null, error, cancellation);
            await database.AlertDeliveries.Where(delivery => delivery.ChannelId == channel.Id && delivery.NextAttemptAt != null).ExecuteUpdateAsync(
                set => set.SetProperty(delivery => delivery.NextAttemptAt, (DateTimeOffset?)null).SetProperty(delivery => delivery.Error, "the channel was disabled"), cancellation);
            await database.AlertChannels.Where(row => row.Id == channel.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Enabled, false), cancellation);
            return new(true, AuditRecord.Of("alert-channel.disable", channel.Id.ToString(), new { enabled = true }, new { enabled = false, why = error }));
        }, cancellationToken);
}

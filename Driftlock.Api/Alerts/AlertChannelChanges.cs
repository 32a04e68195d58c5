using System.Text;
using Driftlock.Api.Audit;
using Driftlock.Api.Auth;
using Driftlock.Storage;
using Driftlock.Storage.Audit;
using Driftlock.Storage.Model;
using Driftlock.Storage.Secrets;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Alerts;

/// <summary>Makes, changes and deletes alert channels; each change is audited, without the secrets.</summary>
public sealed class AlertChannelChanges(DriftlockContext database, AuditedChange change, KeyRingSource keys, TimeProvider time)
{
    /// <returns>Null when the tenant has as many as it may.</returns>
    public async Task<(AlertChannel Channel, string? Secret)?> CreateAsync(Caller caller, NewAlertChannel wanted, CancellationToken cancellationToken)
    {
        var ring = await keys.GetAsync(cancellationToken);
        return await change.RunAsync<(AlertChannel, string?)?>(caller, async cancellation =>
        {
            if (await database.AlertChannels.CountAsync(channel => channel.TenantId == caller.TenantId, cancellation) >= AlertLimits.ChannelsPerTenant) return new(null);
            var (now, id) = (time.GetUtcNow(), Guid.CreateVersion7(time.GetUtcNow()));
            var secret = wanted.Kind == AlertKind.Webhook ? AlertMessage.NewSecret() : null;
            var channel = new AlertChannel
            {
                Id = id, TenantId = caller.TenantId, Name = wanted.Name!, Kind = wanted.Kind!.Value, Target = Seal(ring, id, wanted.Target!), ShownTarget = Shown(wanted.Kind.Value, wanted.Target!),
                Secret = secret is null ? null : Seal(ring, id, secret), Subject = wanted.Subject ?? AlertSubject.Incident, MinSeverity = wanted.MinSeverity ?? Severity.Low,
                Service = wanted.Service, Enabled = true, CreatedAt = now,
            };
            database.Add(channel);
            return new((channel, secret), AuditRecord.Of("alert-channel.create", id.ToString(), null, Audited(channel)));
        }, cancellationToken);
    }

    /// <returns>Null when there is no such channel.</returns>
    public async Task<AlertChannel?> UpdateAsync(Caller caller, Guid id, AlertChannelUpdate wanted, CancellationToken cancellationToken)
    {
        var ring = await keys.GetAsync(cancellationToken);
        return await change.RunAsync<AlertChannel?>(caller, async cancellation =>
        {
            if (await database.AlertChannels.SingleOrDefaultAsync(channel => channel.TenantId == caller.TenantId && channel.Id == id, cancellation) is not { } channel) return new(null);
            var before = Audited(channel);
            channel.Name = wanted.Name ?? channel.Name;
            if (wanted.Target is { } target) (channel.Target, channel.ShownTarget) = (Seal(ring, id, target), Shown(channel.Kind, target));
            channel.Subject = wanted.Subject ?? channel.Subject;
            channel.MinSeverity = wanted.MinSeverity ?? channel.MinSeverity;
            if (wanted.Service is { } service) channel.Service = service.Length == 0 ? null : service;
            channel.Enabled = wanted.Enabled ?? channel.Enabled;
            var after = Audited(channel);
            return before.Equals(after) && wanted.Target is null ? new(channel) : new(channel, AuditRecord.Of("alert-channel.update", id.ToString(), before, after));
        }, cancellationToken);
    }

    /// <summary>With what waits to be sent to it.</summary>
    /// <returns>False when there is no such channel.</returns>
    public Task<bool> DeleteAsync(Caller caller, Guid id, CancellationToken cancellationToken) =>
        change.RunAsync<bool>(caller, async cancellation =>
        {
            if (await database.AlertChannels.SingleOrDefaultAsync(channel => channel.TenantId == caller.TenantId && channel.Id == id, cancellation) is not { } channel) return new(false);
            database.Remove(channel);
            return new(true, AuditRecord.Of("alert-channel.delete", id.ToString(), Audited(channel), null));
        }, cancellationToken);

    private static byte[] Seal(KeyRing ring, Guid id, string secret) => ring.Seal(Encoding.UTF8.GetBytes(secret), AlertSender.ContextOf(id));

    private static string Shown(AlertKind kind, string target) => kind == AlertKind.PagerDuty ? "PagerDuty" : new Uri(target).Authority;

    private static object Audited(AlertChannel channel) => new
    {
        channel.Name, channel.Kind, target = channel.ShownTarget, channel.Subject, channel.MinSeverity, channel.Service, channel.Enabled,
    };
}

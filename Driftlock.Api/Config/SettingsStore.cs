using System.Text;
using Driftlock.Api.Audit;
using Driftlock.Api.Auth;
using Driftlock.Cbad.Settings;
using Driftlock.Storage;
using Driftlock.Storage.Audit;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Driftlock.Api.Config;

/// <param name="Settings">What holds for the tenant.</param>
/// <param name="Row">Its newest version; the deployment's where the tenant has none of its own.</param>
public sealed record CurrentSettings(TenantSettings Settings, TenantSettingsVersion Row)
{
    /// <summary>0 where the tenant never changed anything.</summary>
    public long Version => Row.TenantId == TenantSettingsVersion.Deployment ? 0 : Row.Version;
}

/// <summary>What a change makes of the settings, and what the audit log says of it.</summary>
public sealed record SettingsEdit(TenantSettings Settings, string Action, string Target, object? Before, object? After);

/// <summary>How a change of settings ended: exactly one of the two is there.</summary>
public sealed record SettingsOutcome(CurrentSettings? Changed, string? Conflict);

/// <summary>
/// Reads and changes a tenant's settings. A change is one transaction: the new version, its entry in every partition of the event log, from
/// where it holds, and its audit entry.
/// </summary>
public sealed class SettingsStore(DriftlockContext database, AuditedChange change, TimeProvider time)
{
    public async Task<CurrentSettings> CurrentAsync(int tenant, CancellationToken cancellationToken)
    {
        var row = await database.TenantSettings.AsNoTracking()
            .Where(row => row.TenantId == tenant || row.TenantId == TenantSettingsVersion.Deployment)
            .OrderByDescending(row => row.TenantId).ThenByDescending(row => row.Version).FirstAsync(cancellationToken);
        return Current(row);
    }

    /// <param name="caller">Whose tenant.</param>
    /// <param name="expected">Version that the caller has seen; null: any.</param>
    /// <param name="note">Why, for the history.</param>
    /// <param name="edit">Of what there is; null: nothing is to change. May throw FormatException.</param>
    /// <param name="cancellationToken">Before the commit nothing is changed.</param>
    /// <exception cref="FormatException">What it would become is not valid; the message begins with the key.</exception>
    public Task<SettingsOutcome> ChangeAsync(
        Caller caller, long? expected, string? note, Func<TenantSettings, SettingsEdit?> edit, CancellationToken cancellationToken) =>
        change.RunAsync<SettingsOutcome>(caller, async cancellation =>
        {
            // One change a tenant at a time, or the later of two would undo the earlier.
            await database.Database.ExecuteSqlAsync($"SELECT 1 FROM tenants WHERE id = {caller.TenantId} FOR UPDATE", cancellation);
            var current = await CurrentAsync(caller.TenantId, cancellation);
            if (expected is { } seen && seen != current.Version) return new(new SettingsOutcome(null, $"the settings are at version {current.Version} by now"));
            if (edit(current.Settings) is not { } edited) return new(new SettingsOutcome(current, null));
            edited.Settings.Validate();
            var json = edited.Settings.ToJson();
            if (json.AsSpan().SequenceEqual(current.Settings.ToJson())) return new(new SettingsOutcome(current, null));
            var now = time.GetUtcNow();
            var offsets = await SettingsLog.AppendSettingsAsync(
                (NpgsqlConnection)database.Database.GetDbConnection(), caller.TenantId, json, UnixTime.ToUnixNano(now), cancellation);
            var row = new TenantSettingsVersion
            {
                TenantId = caller.TenantId, Version = current.Version + 1, Settings = Encoding.UTF8.GetString(json), ChangedAt = now, ChangedBy = caller.Name,
                Note = note, Offsets = offsets,
            };
            database.Add(row);
            return new(new SettingsOutcome(Current(row), null), AuditRecord.Of(edited.Action, edited.Target, edited.Before, edited.After));
        }, cancellationToken);

    /// <summary>True once every partition has been judged up to where these settings begin.</summary>
    public async Task<bool> AreAppliedAsync(TenantSettingsVersion row, CancellationToken cancellationToken)
    {
        var committed = await database.PartitionLeases.AsNoTracking().OrderBy(lease => lease.PartitionId).Select(lease => lease.CommittedOffset).ToListAsync(cancellationToken);
        return row.Offsets.Zip(committed).All(pair => pair.Second >= pair.First);
    }

    private static CurrentSettings Current(TenantSettingsVersion row) => new(TenantSettings.Parse(Encoding.UTF8.GetBytes(row.Settings)), row);
}

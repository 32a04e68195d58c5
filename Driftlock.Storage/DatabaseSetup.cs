using System.Text;
using Driftlock.Cbad;
using Driftlock.Cbad.Settings;
using Driftlock.Storage.Audit;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Identity;
using Driftlock.Storage.Model;
using Driftlock.Storage.Secrets;
using Driftlock.Storage.Signing;
using Driftlock.Storage.Upkeep;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Driftlock.Storage;

/// <summary>What a database needs before the first event: schema, partitions, the default tenant, its key, the configuration.</summary>
public sealed class DatabaseSetup(DriftlockContext database, PartitionUpkeep upkeep, KeyRingSource keys, TimeProvider time)
{
    /// <summary>Safe to run again and again, and by two at once (EF Core takes a lock for migrations).</summary>
    /// <param name="partitions">Partitions of the event log; only the first run uses it.</param>
    /// <param name="bootstrapApiKey">An admin key's secret, at least <see cref="Credential.ShortestGiven"/> characters; null adds none.</param>
    /// <param name="configuration">Written to every partition as its first entry; only the first run uses it.</param>
    /// <param name="cancellationToken">Stops between steps; what was committed stays.</param>
    public async Task RunAsync(
        int partitions, string? bootstrapApiKey, EngineConfiguration configuration, CancellationToken cancellationToken)
    {
        // A migration takes as long as the tables are large; what it may wait for locks is its own affair.
        database.Database.SetCommandTimeout(TimeSpan.Zero);
        await database.Database.MigrateAsync(cancellationToken);
        // Ahead only: how long rows are kept is the Api's configuration, which is not known here.
        await upkeep.MakeAheadAsync(cancellationToken);
        await keys.EnsureAsync(cancellationToken);
        var ring = await keys.GetAsync(cancellationToken);
        var strategy = database.Database.CreateExecutionStrategy();
        await strategy.ExecuteAsync(async () =>
        {
            await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
            // Serialises two set-ups; the lock ends with the transaction.
            await database.Database.ExecuteSqlAsync($"LOCK TABLE log_partitions IN EXCLUSIVE MODE", cancellationToken);
            await SeedAsync(partitions, bootstrapApiKey, configuration, ring, cancellationToken);
            await SigningKeys.EnsureAsync((NpgsqlConnection)database.Database.GetDbConnection(), ring, time.GetUtcNow(), cancellationToken);
            await database.SaveChangesAsync(cancellationToken);
            // The first tenant has a number of our choice; those that are made later get the ones after it.
            await database.Database.ExecuteSqlAsync($"SELECT setval(pg_get_serial_sequence('tenants', 'id'), (SELECT max(id) FROM tenants))", cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        });
    }

    private async Task SeedAsync(
        int partitions, string? bootstrapApiKey, EngineConfiguration configuration, KeyRing ring, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!await database.Tenants.AnyAsync(tenant => tenant.Id == Tenant.DefaultId, cancellationToken))
        {
            database.Add(new Tenant { Id = Tenant.DefaultId, Name = "default", CreatedAt = now });
        }
        // Keys of versions before master keys have the bare digest of their secret.
        foreach (var key in await database.ApiKeys.Where(key => !key.IsKeyed).ToListAsync(cancellationToken))
        {
            (key.SecretHash, key.IsKeyed) = (ring.Hash(key.SecretHash), true);
        }
        await database.SaveChangesAsync(cancellationToken);
        if (bootstrapApiKey is not null) await AddKeyAsync(bootstrapApiKey, ring, now, cancellationToken);
        if (await database.LogPartitions.AnyAsync(cancellationToken))
        {
            await KeepDeploymentSettingsAsync(now, cancellationToken);
            return;
        }

        var today = await database.Database.SqlQuery<int>($"SELECT (now() AT TIME ZONE 'UTC')::date - date '1970-01-01' AS \"Value\"").SingleAsync(cancellationToken);
        // A partition's first entry says under which configuration all that follows is judged.
        for (var id = 0; id < partitions; id++)
        {
            database.Add(new LogPartition { Id = id, HeadOffset = 1, Segment = today });
            database.Add(new PartitionLease { PartitionId = id });
            database.Add(new LogEntry
            {
                PartitionId = id,
                Offset = 1,
                Segment = today,
                TenantId = Tenant.DefaultId,
                Kind = LogEntryKind.Configuration,
                ReceivedUnixNano = UnixTime.ToUnixNano(now),
                Payload = EventPayload.Compress(configuration.ToJson()),
            });
        }
        database.Add(DeploymentSettings(configuration, partitions, now));
    }

    /// <summary>Of databases that were set up before settings were kept beside the log, which forgets its beginning.</summary>
    private async Task KeepDeploymentSettingsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await database.TenantSettings.AnyAsync(settings => settings.TenantId == TenantSettingsVersion.Deployment, cancellationToken)) return;
        var first = await database.LogEntries.Where(entry => entry.PartitionId == 0 && entry.Kind == LogEntryKind.Configuration).OrderBy(entry => entry.Offset)
            .Select(entry => entry.Payload).FirstAsync(cancellationToken);
        var partitions = await database.LogPartitions.CountAsync(cancellationToken);
        database.Add(DeploymentSettings(EngineConfiguration.Parse(EventPayload.Decompress(first)), partitions, now));
    }

    private static TenantSettingsVersion DeploymentSettings(EngineConfiguration configuration, int partitions, DateTimeOffset now) => new()
    {
        TenantId = TenantSettingsVersion.Deployment,
        Version = 1,
        Settings = Encoding.UTF8.GetString(new TenantSettings { Configuration = configuration }.ToJson()),
        ChangedAt = now,
        ChangedBy = Actor.System.Name,
        Offsets = [.. Enumerable.Repeat(1L, partitions)],
    };

    private async Task AddKeyAsync(string secret, KeyRing ring, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (secret.Length is < Credential.ShortestGiven or > Credential.Longest)
        {
            throw new ArgumentException(
                $"the bootstrap API key must have {Credential.ShortestGiven} to {Credential.Longest} characters; it has {secret.Length}",
                nameof(secret));
        }
        var hashes = ring.Hashes(Credential.Digest(secret));
        if (await database.ApiKeys.AnyAsync(key => hashes.Contains(key.SecretHash), cancellationToken)) return;
        database.Add(new ApiKey
        {
            Id = Guid.CreateVersion7(now),
            TenantId = Tenant.DefaultId,
            Name = "bootstrap",
            Scopes = Scopes.Ingest | Scopes.Read | Scopes.Write | Scopes.Admin | Scopes.Operate,
            SecretHash = hashes[0],
            IsKeyed = true,
            Prefix = Credential.Display(secret),
            CreatedAt = now,
        });
    }
}

using System.Text;
using Driftlock.Cbad;
using Driftlock.Cbad.Settings;
using Driftlock.Detector;
using Driftlock.Detector.Partitions;
using Driftlock.Storage.Detection;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Reliability;
using Driftlock.Tests.Storage;

namespace Driftlock.Tests.Upkeep;

/// <summary>What a detector does once the beginning of its log is gone.</summary>
[Collection(StoreServer.Name)]
public sealed class RecoveryAfterRetentionTests(PostgresServer server)
{
    private static readonly DetectorOptions Options = new() { BatchEntries = 7 };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly (string, string)[] Hasty = [("Detector__Lease", "00:00:02"), ("Detector__SnapshotInterval", "00:00:01")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_detector_that_starts_after_the_drop_goes_on_with_the_verdicts_of_one_that_never_stopped()
    {
        await using var store = await LoggedStore.CreateAsync(server);
        var logs = new NumberedLogs(11, 32_000, services: 6);
        await store.AppendAsync(logs, 0, 200);
        // Also of partitions that nothing more is sent to, or their first day could never go. Whoever is killed may leave a tick behind.
        while (!await SavedAsync(store))
        {
            await using var detector = await ServiceProcess.DetectorAsync(store.ConnectionString, Hasty);
            await Until.TrueAsync(() => SavedAsync(store), Patience, "every partition's state saved", Cancellation);
        }
        await store.Store.AgeLogAsync(20);
        await store.AppendAsync(logs, 200, 200);
        var undisturbed = await store.ReplayAsync();
        Assert.NotEmpty(undisturbed.Anomalies);
        Assert.Single((await store.Store.UpkeepAsync()).Dropped);

        await using (await ServiceProcess.DetectorAsync(store.ConnectionString, Hasty))
        {
            await Until.TrueAsync(async () => await LagAsync(store) == 0, Patience, "everything judged", Cancellation);
        }
        // The detector's ticks came after the replay: what they closed is not in it.
        var found = await store.Judged.AnomaliesAsync();
        Assert.Equal(undisturbed.Anomalies, found.Where(anomaly => undisturbed.Anomalies.Any(other => other.Id == anomaly.Id)));
        Assert.Contains(found, anomaly => undisturbed.Anomalies.Contains(anomaly));
    }

    [Fact]
    public async Task A_log_that_is_missing_behind_the_snapshot_is_an_error_that_names_the_offsets_and_not_a_wrong_state()
    {
        await using var store = await Store.CreateAsync(server);
        await FillAsync(store);
        await store.DataSource.ExecuteAsync("""DELETE FROM log_entries WHERE partition_id = 0 AND "offset" BETWEEN 3 AND 4""");
        var missing = await Assert.ThrowsAsync<InvalidDataException>(() => RecoverAsync(store, 6));
        Assert.Contains("partition 0 needs its log from offset 3 on, but the next entry there is 5", missing.Message, StringComparison.Ordinal);
        await store.DataSource.ExecuteAsync("""DELETE FROM log_entries WHERE partition_id = 0 AND "offset" < 3""");
        Assert.Contains("from offset 1 on", (await Assert.ThrowsAsync<InvalidDataException>(() => RecoverAsync(store, 6))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_of_another_version_begins_at_the_oldest_entry_that_is_kept_under_the_configuration_in_force_there()
    {
        await using var store = await Store.CreateAsync(server);
        var configuration = new EngineConfiguration { FalseDiscoveryRate = 0.125 };
        await AppendAsync(store, LogEntryKind.Configuration, EventPayload.Compress(configuration.ToJson()));
        await using (var database = store.Context())
        {
            database.Add(new TenantSettingsVersion
            {
                TenantId = TenantSettingsVersion.Deployment, Version = 2, Settings = Encoding.UTF8.GetString(new TenantSettings { Configuration = configuration }.ToJson()),
                ChangedAt = DateTimeOffset.UtcNow, ChangedBy = "a test", Offsets = [2, .. Enumerable.Repeat(1L, Store.Partitions - 1)],
            });
            await database.SaveChangesAsync(Cancellation);
        }
        await FillAsync(store);
        await store.SnapshotAllAsync();
        await store.AgeLogAsync(20);
        await FillAsync(store);
        Assert.Single((await store.UpkeepAsync()).Dropped);
        var engine = await RecoverAsync(store, 12);
        Assert.Equal(0.125, engine.Configuration.FalseDiscoveryRate);
        Assert.Equal(1, engine.StreamCount);
        // Nothing shows that there ever was a state: then it was lost, and what is kept of the log does not give it.
        await store.DataSource.ExecuteAsync("DELETE FROM engine_snapshots");
        await Assert.ThrowsAsync<InvalidDataException>(() => RecoverAsync(store, 12));
    }

    private static Task<PartitionEngine> RecoverAsync(Store store, long committed) =>
        new EngineRecovery(store.OpenLog(), new SnapshotStore(store.DataSource), Options).RunAsync(0, committed, Cancellation);

    private static async Task FillAsync(Store store)
    {
        for (var i = 0; i < 5; i++) await AppendAsync(store, LogEntryKind.Events, EventPayload.Compress(Engine.LogEvents.Block(Engine.LogEvents.Ordinary(60, 1), "shop")));
    }

    private static Task<AppendOutcome> AppendAsync(Store store, LogEntryKind kind, byte[] payload) =>
        store.Log.AppendAsync(new AppendRequest(Tenant.DefaultId, [], 1, [new NewEntry(0, kind, 0, payload)]), Cancellation);

    private static Task<long> LagAsync(LoggedStore store) => store.Store.DataSource.ScalarAsync<long>(
        "SELECT sum(abs(p.head_offset - l.committed_offset))::bigint FROM log_partitions p JOIN partition_leases l ON l.partition_id = p.id");

    private static Task<bool> SavedAsync(LoggedStore store) => store.Store.DataSource.ScalarAsync<bool>(
        """SELECT count(*) = count(s."offset") FROM log_partitions p LEFT JOIN engine_snapshots s ON s.partition_id = p.id AND s.stream_id = 0 AND s."offset" = p.head_offset""");
}

using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Storage;
using Npgsql;

namespace Driftlock.Tests.Reliability;

/// <summary>Detectors as processes of their own, stopped at the worst moments.</summary>
[Collection(StoreServer.Name)]
public sealed class DetectorTakeoverTests(PostgresServer server, ITestOutputHelper output)
{
    private const int Seed = 20_261_121;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly (string, string)[] ShortLease = [("Detector__Lease", "00:00:02"), ("Detector__SnapshotEntries", "20")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_detectors_share_the_partitions_and_a_frozen_ones_late_commits_are_refused()
    {
        await using var store = await LoggedStore.CreateAsync(server);
        var logs = new NumberedLogs(Seed, 24_000, services: 6);
        await store.AppendAsync(logs, 0, 100);
        await using (var first = await ServiceProcess.DetectorAsync(store.ConnectionString, ShortLease))
        await using (var second = await ServiceProcess.DetectorAsync(store.ConnectionString, ShortLease))
        {
            const string shared = "SELECT count(DISTINCT owner) = 2 AND count(owner) = count(*) FROM partition_leases WHERE until > now()";
            await UntilAsync(store, shared, first);
            await store.AppendAsync(logs, 100, 50);
            await first.SignalAsync("STOP");
            await UntilAsync(store, "SELECT count(DISTINCT owner) = 1 AND count(owner) = count(*) FROM partition_leases WHERE until > now()", second);
            await store.AppendAsync(logs, 150, 100);
            // What the frozen one believes to hold is long another's; it must find that out before it spoils anything.
            await first.SignalAsync("CONT");
            await UntilAsync(store, shared, first);
            await store.AppendAsync(logs, 250, 50);
            await JudgedAsync(store, first);
        }
        Assert.NotEmpty((await store.AssertJudgedOnceAsync()).Anomalies);
    }

    [Fact]
    public async Task A_detector_that_is_asked_to_stop_gives_its_partitions_back_at_once()
    {
        await using var store = await LoggedStore.CreateAsync(server);
        await using var detector = await ServiceProcess.DetectorAsync(store.ConnectionString, ("Detector__Lease", "00:01:00"));
        await UntilAsync(store, "SELECT count(owner) = count(*) FROM partition_leases", detector);
        await detector.SignalAsync("TERM");
        await UntilAsync(store, "SELECT count(owner) = 0 AND (SELECT count(*) = 0 FROM detector_replicas) FROM partition_leases", detector);
    }

    private async Task JudgedAsync(LoggedStore store, ServiceProcess detector)
    {
        try
        {
            await Until.TrueAsync(async () => await store.Judged.MissingAsync() == 0, Patience, "everything judged", Cancellation);
        }
        catch (TimeoutException)
        {
            output.WriteLine(detector.LastLines());
            throw;
        }
    }

    private async Task UntilAsync(LoggedStore store, string condition, ServiceProcess detector)
    {
        try
        {
            await using var connection = await store.Store.DataSource.OpenConnectionAsync(Cancellation);
            await Until.TrueAsync(async () => (bool)(await RunAsync(connection, condition))!, Patience, condition, Cancellation);
        }
        catch (TimeoutException)
        {
            output.WriteLine(detector.LastLines());
            throw;
        }
    }

    private static async Task<object?> RunAsync(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // Constant texts of this class.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(Cancellation);
    }
}

using System.Globalization;
using System.Net;
using Driftlock.Cbad;
using Driftlock.Storage;
using Driftlock.Storage.EventLog;
using Driftlock.Tests.Api;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Reliability;
using Driftlock.Tests.Storage;
using Driftlock.Tests.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using OtlpClient = Driftlock.Tests.Reliability.OtlpClient;

namespace Driftlock.Tests.Backup;

/// <summary>A backup is worth what its restoration is: docs/BACKUP.md, carried out on a system under load.</summary>
[Collection(StoreServer.Name)]
public sealed class BackupTests(PostgresServer server, ITestOutputHelper output) : IDisposable
{
    private const string MasterKey = "the master key of the backup tests, 41 characters";
    private const int Sent = 400;
    private const int SentLater = 60;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly (string, string)[] Settings = [("Driftlock__MasterKey", MasterKey), ("Detector__Lease", "00:00:02"), ("Detector__SnapshotEntries", "20")];

    private readonly string _directory = Directory.CreateTempSubdirectory("driftlock-backup-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_restored_backup_has_all_that_was_acknowledged_before_it_and_goes_on_as_if_nothing_had_happened()
    {
        var seed = Random.Shared.Next();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        var logs = new NumberedLogs(seed, (Sent + SentLater) * NumberedLogs.RecordsARequest, services: 6);
        var dump = Path.Combine(_directory, "driftlock.dump");
        var acknowledged = await DumpUnderLoadAsync(seed, logs, dump);

        var connectionString = await server.CreateDatabaseAsync(Cancellation);
        await PostgresTool.RestoreAsync(connectionString, dump);
        await using var restored = NpgsqlDataSource.Create(connectionString);
        // What the snapshots cover is put aside: who needed it would not go on from them.
        await restored.ExecuteAsync(
            """
            CREATE TABLE aside (LIKE log_entries);
            WITH covered AS (DELETE FROM log_entries e USING engine_snapshots s WHERE s.partition_id = e.partition_id AND s.stream_id = 0 AND e."offset" <= s."offset" RETURNING e.*)
            INSERT INTO aside SELECT * FROM covered
            """);
        Assert.True(await restored.ScalarAsync<long>("SELECT count(*) FROM aside") > 20);
        await using (var api = await ApiServer.StartAsync(connectionString, Settings))
        {
            await using (await ServiceProcess.DetectorAsync(connectionString, Settings))
            {
                await SendLaterAsync(api, logs);
                await Until.TrueAsync(() => AllJudgedAsync(restored), Patience, "everything judged", Cancellation);
            }
            await ChainsHoldAsync(api);
        }
        await restored.ExecuteAsync("INSERT INTO log_entries SELECT * FROM aside; DROP TABLE aside");
        await JudgedOnceAsync(restored, acknowledged.Concat(Enumerable.Range(Sent, SentLater)));
        using var keyless = Store.Keys(restored);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await keyless.GetAsync(Cancellation));
    }

    /// <returns>The requests that were acknowledged before the dump began.</returns>
    private async Task<IReadOnlyList<int>> DumpUnderLoadAsync(int seed, NumberedLogs logs, string dump)
    {
        var connectionString = await server.CreateDatabaseAsync(Cancellation);
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        using var keys = Store.Keys(dataSource, MasterKey);
        await using (var database = Store.Context(dataSource))
        {
            await new DatabaseSetup(database, Store.Upkeep(dataSource), keys, TimeProvider.System).RunAsync(Store.Partitions, LoggedStore.ApiKey, new EngineConfiguration(), Cancellation);
        }
        await using var api = await ApiServer.StartAsync(connectionString, Settings);
        await using var detector = await ServiceProcess.DetectorAsync(connectionString, Settings);
        var key = await api.SendAsync(LoggedStore.ApiKey, HttpMethod.Post, "api/v1/admin/api-keys", """{"name":"made before the backup","role":"read"}""");
        Assert.Equal(HttpStatusCode.Created, key.Status);
        var ledger = new Ledger(Sent);
        var sending = new Senders(seed, logs, ledger, () => Task.CompletedTask).RunAsync(api.OtlpGrpc, api.OtlpHttp, LoggedStore.ApiKey, Cancellation);
        await Until.TrueAsync(
            async () => ledger.Settled > Sent / 2
                && await dataSource.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM anomalies) AND (SELECT count(*) FROM engine_snapshots WHERE stream_id = 0) = (SELECT count(*) FROM log_partitions)"),
            Patience, "anomalies and snapshots", Cancellation);
        var acknowledged = Enumerable.Range(0, Sent).Where(ledger.IsAcknowledged).ToList();
        await PostgresTool.DumpAsync(connectionString, dump);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{acknowledged.Count} acknowledged before the dump, {ledger.Acknowledgements} after it"));
        await sending.WaitAsync(Patience, Cancellation);
        Assert.Null(ledger.Refusal);
        return acknowledged;
    }

    private static async Task SendLaterAsync(ApiServer api, NumberedLogs logs)
    {
        using var client = new OtlpClient(api.OtlpHttp, grpc: false, LoggedStore.ApiKey);
        for (var request = Sent; request < Sent + SentLater; request++) Assert.Equal(Answer.Acknowledged, await client.SendAsync(logs.Request(request), Cancellation));
    }

    private static Task<bool> AllJudgedAsync(NpgsqlDataSource restored) => restored.ScalarAsync<bool>(
        """
        SELECT NOT EXISTS (SELECT FROM log_partitions p JOIN partition_leases l ON l.partition_id = p.id WHERE p.head_offset <> l.committed_offset)
          AND (SELECT sum(event_count) FROM (SELECT event_count FROM log_entries UNION ALL SELECT event_count FROM aside) e) = (SELECT sum(events) FROM streams)
        """);

    /// <summary>As an auditor checks them, from outside.</summary>
    private async Task ChainsHoldAsync(ApiServer api)
    {
        var audit = (await api.GetAsync(LoggedStore.ApiKey, "api/v1/admin/audit-log/check")).Json;
        Assert.True(audit.GetProperty("intact").GetBoolean());
        Assert.True(audit.GetProperty("entries").GetInt64() > 0);
        var chain = await SaveAsync("chain.json", (await api.GetAsync(LoggedStore.ApiKey, "api/v1/evidence/chain?limit=5000")).Body);
        var keys = await SaveAsync("keys.json", (await api.GetAsync(null, "api/v1/evidence/keys")).Body);
        var oldest = (await api.GetAsync(LoggedStore.ApiKey, "api/v1/anomalies?limit=200")).Ids[^1];
        var bundle = await SaveAsync("bundle.json", (await api.GetAsync(LoggedStore.ApiKey, $"api/v1/anomalies/{oldest}/evidence")).Body);
        var verified = await CliProcess.RunAsync("verify", bundle, chain, "--keys", keys);
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
    }

    private static async Task JudgedOnceAsync(NpgsqlDataSource restored, IEnumerable<int> requests)
    {
        using var log = new PostgresEventLog(restored, Options.Create(new EventLogOptions()), TimeProvider.System, NullLogger<PostgresEventLog>.Instance);
        var store = new JudgedStore(restored, MasterKey);
        var undisturbed = new UndisturbedDetector(log);
        await undisturbed.RunAsync(await store.PartitionsAsync(), Cancellation);
        Assert.Equal(0, await store.MissingAsync());
        Assert.DoesNotContain(undisturbed.Numbers, number => number.Value != 1);
        Assert.DoesNotContain(requests, request => !undisturbed.Numbers.ContainsKey(NumberedLogs.FirstNumber(request)));
        Assert.Equal(undisturbed.Streams.OrderBy(stream => stream.Key.Value), (await store.StreamsAsync()).OrderBy(stream => stream.Key.Value));
        Assert.Equal(undisturbed.Anomalies, await store.AnomaliesAsync());
    }

    private async Task<string> SaveAsync(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        await File.WriteAllTextAsync(path, text, Cancellation);
        return path;
    }
}

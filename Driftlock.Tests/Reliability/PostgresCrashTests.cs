using System.Globalization;
using Driftlock.Tests.Fixtures;

namespace Driftlock.Tests.Reliability;

/// <summary>Postgres goes away under load. The server is this class's own, since others would miss it.</summary>
public sealed class PostgresCrashTests(PostgresServer server, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_postgres_is_away_senders_are_told_to_try_again_and_nothing_is_lost_or_judged_twice()
    {
        var seed = Random.Shared.Next();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        await using var store = await LoggedStore.CreateAsync(server);
        var (http, grpc) = (FreePort.Take(), FreePort.Take());
        var logs = new NumberedLogs(seed, 40_000, services: 6);
        var ledger = new Ledger(logs.Requests);
        await using (var api = await ServiceProcess.ApiAsync(store.ConnectionString, http, grpc))
        await using (await ServiceProcess.DetectorAsync(store.ConnectionString, ("Detector__Lease", "00:00:02"), ("Detector__SnapshotEntries", "20")))
        {
            var sending = new Senders(seed, logs, ledger, () => Task.CompletedTask).RunAsync(Local(grpc), Local(http), LoggedStore.ApiKey, Cancellation);
            foreach (var (share, signal) in new[] { (0.2, "INT"), (0.5, "KILL") })
            {
                await Until.TrueAsync(() => ledger.Settled >= share * ledger.Requests, Patience, $"{share:p0} sent", Cancellation);
                await server.StopAsync(signal);
                // Let senders meet the outage.
                var attempts = ledger.Attempts;
                await Until.TrueAsync(() => ledger.Attempts >= attempts + 8, Patience, "attempts without Postgres", Cancellation);
                await server.StartAsync();
                // Connections of the test's own that the server has closed.
                store.Store.DataSource.Clear();
            }
            await sending.WaitAsync(Patience, Cancellation);
            if (ledger.Refusal is not null) output.WriteLine(api.ReadLog());
            Assert.Null(ledger.Refusal);
            await Until.TrueAsync(async () => await store.Judged.MissingAsync() == 0, Patience, "everything judged", Cancellation);
        }
        var log = await store.AssertJudgedOnceAsync();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ledger.Attempts} attempts, {ledger.GivenUp} given up, {log.Anomalies.Count} anomalies"));
        Assert.DoesNotContain(log.Numbers, number => number.Value != 1);
        Assert.DoesNotContain(
            Enumerable.Range(0, logs.Requests), request => ledger.IsAcknowledged(request) && !log.Numbers.ContainsKey(NumberedLogs.FirstNumber(request)));
    }

    private static Uri Local(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
}

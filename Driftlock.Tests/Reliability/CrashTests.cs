using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Driftlock.Storage.EventLog;
using Driftlock.Tests.Offline;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Driftlock.Tests.Reliability;

/// <summary>
/// The promise "what was acknowledged is detected on exactly once", put to the test on the whole application: Api and Detector die again
/// and again while records are sent. DRIFTLOCK_CRASH_SEED repeats a run's moments and records (not the scheduler's part in it).
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Records = 200_000;
    private const int Kills = 10;
    private const string ApiKey = "dlk_crashTestCrashTestCrashTestCrashTest1234";
    private const string MasterKey = "the master key of the crash tests, 40 characters";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Stopwatch _clock = Stopwatch.StartNew();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Acknowledged_records_are_kept_and_judged_exactly_once_though_api_and_detector_are_killed(bool redisRuns)
    {
        Host.SkipWithRealAspire();
        var seed = int.Parse(Environment.GetEnvironmentVariable("DRIFTLOCK_CRASH_SEED") ?? $"{Random.Shared.Next()}", CultureInfo.InvariantCulture);
        Tell($"seed {seed}, Redis {(redisRuns ? "runs" : "is stopped")}");
        await using var app = await StartAsync();
        if (!redisRuns) Assert.True((await app.ResourceCommands.ExecuteCommandAsync("redis", "stop", Cancellation)).Success);
        await using var dataSource = NpgsqlDataSource.Create((await app.GetConnectionStringAsync("driftlock", Cancellation))!);
        var store = new JudgedStore(dataSource, MasterKey);

        var ledger = await SendWhileKillingAsync(app, store, seed);
        await Until.TrueAsync(async () => await store.MissingAsync() == 0, Patience, "everything in the log is judged", Cancellation);
        Tell("all judged");
        // The log must not grow any more while it is read again.
        Assert.True((await app.ResourceCommands.ExecuteCommandAsync("detector", "stop", Cancellation)).Success);
        Assert.Equal(0, await store.MissingAsync());

        using var log = new PostgresEventLog(
            dataSource, Options.Create(new EventLogOptions()), TimeProvider.System, NullLogger<PostgresEventLog>.Instance);
        var undisturbed = new UndisturbedDetector(log);
        await undisturbed.RunAsync(await store.PartitionsAsync(), Cancellation);
        Tell(FormattableString.Invariant(
            $"{undisturbed.Entries} entries, {undisturbed.Ticks} of them ticks; {undisturbed.Anomalies.Count} anomalies; {await store.SnapshotsAsync()} snapshot rows"));

        var unknown = ledger.AssertKeptOnce(undisturbed.Numbers);
        Tell(FormattableString.Invariant($"{undisturbed.Numbers.Count} records in the log, {unknown} of them without an acknowledgement"));
        Assert.Equal(undisturbed.Streams.OrderBy(stream => stream.Key.Value), (await store.StreamsAsync()).OrderBy(stream => stream.Key.Value));
        Assert.Equal(undisturbed.Numbers.Count, await store.HourlyEventsAsync());
        Assert.NotEmpty(undisturbed.Anomalies);
        Assert.Equal(undisturbed.Anomalies, await store.AnomaliesAsync());
    }

    private static async Task<DistributedApplication> StartAsync()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Driftlock_AppHost>(
            [$"--Parameters:api-key={ApiKey}", $"--Parameters:master-key={MasterKey}", "--Sample=false"], Cancellation);
        // A shorter lease shortens the run, more snapshots make more recoveries start from one; neither changes a verdict.
        builder.CreateResourceBuilder(builder.Resources.OfType<ProjectResource>().Single(resource => resource.Name == "detector"))
            .WithEnvironment("Detector__Lease", "00:00:02").WithEnvironment("Detector__SnapshotEntries", "60");
        builder.Resources.Remove(builder.Resources.Single(resource => resource.Name == "web"));
        var app = await builder.BuildAsync(Cancellation);
        await app.StartAsync(Cancellation);
        await Host.HealthyAsync(app, "api");
        await Host.HealthyAsync(app, "detector");
        return app;
    }

    private async Task<Ledger> SendWhileKillingAsync(DistributedApplication app, JudgedStore store, int seed)
    {
        Tell("healthy");
        var logs = new NumberedLogs(seed, Records);
        var ledger = new Ledger(logs.Requests);
        double Progress() => (double)ledger.Settled / ledger.Requests;
        Killer[] killers =
        [
            new(app, "api", Kills, new Random(seed ^ 1), () => Task.FromResult((long)ledger.Acknowledgements)),
            new(app, "detector", Kills, new Random(seed ^ 2), store.CommittedAsync),
        ];
        Task Turn() => Until.TrueAsync(
            () => killers.All(killer => killer.MayProceed(Progress())), Patience, "what was killed is back", Cancellation);
        var senders = new Senders(seed, logs, ledger, Turn);
        var killing = Task.WhenAll(killers.Select(killer => killer.RunAsync(Progress, Cancellation)));
        var sending = senders.RunAsync(app.GetEndpoint("api", "otlp-grpc"), app.GetEndpoint("api", "otlp-http"), ApiKey, Cancellation);
        await await Task.WhenAny(killing, sending);
        await Task.WhenAll(killing, sending);
        Tell(FormattableString.Invariant(
            $"sent: {ledger.Acknowledgements} requests acknowledged, {ledger.GivenUp} given up, {ledger.Attempts} attempts"));
        foreach (var killer in killers) Tell(killer.Report);
        Assert.Null(ledger.Refusal);
        Assert.All(killers, killer => Assert.Equal(Kills, killer.Done));
        return ledger;
    }

    private void Tell(string text) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_clock.Elapsed.TotalSeconds,6:0.0} s  {text}"));
}

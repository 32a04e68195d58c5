using System.Diagnostics.Metrics;
using Driftlock.Detector;
using Driftlock.Detector.Leases;
using Driftlock.Detector.Partitions;
using Driftlock.Storage.Detection;
using Driftlock.Storage.Performance;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Reliability;
using Driftlock.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Driftlock.Tests.Detector;

[Collection(StoreServer.Name)]
public sealed class LeaseKeeperTests(PostgresServer server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stop_in_the_middle_of_a_renewal_still_gives_the_leases_back()
    {
        await using var store = await LoggedStore.CreateAsync(server);
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var options = Options.Create(new DetectorOptions { Lease = TimeSpan.FromSeconds(6) });
        var metrics = new DetectorMetrics(services.GetRequiredService<IMeterFactory>());
        var dataSource = store.Store.DataSource;
        using var judges = new PartitionJudgeFactory(
            store.Store.Log, new VerdictStore(dataSource, Storage.Store.Keys(dataSource), TimeProvider.System), new SnapshotStore(dataSource), new PartitionWakes(),
            new AnomalyNews(services, NullLogger<AnomalyNews>.Instance), metrics,
            new StageTimes(services.GetRequiredService<IMeterFactory>(), TimeProvider.System), options, TimeProvider.System);
        using var keeper = new LeaseKeeper(
            new PartitionLeases(dataSource, "a", options.Value.Lease), judges, options, metrics, TimeProvider.System, NullLogger<LeaseKeeper>.Instance);
        await keeper.StartAsync(Cancellation);
        await using var connection = await dataSource.OpenConnectionAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(owner) = count(*) FROM partition_leases";
        await Until.TrueAsync(async () => (bool)(await command.ExecuteScalarAsync(Cancellation))!, Patience, "all leased", Cancellation);

        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        command.CommandText = "LOCK TABLE detector_replicas IN ACCESS EXCLUSIVE MODE";
        await command.ExecuteNonQueryAsync(Cancellation);
        await using (var activity = dataSource.CreateCommand(
            "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"))
        {
            await Until.TrueAsync(async () => (bool)(await activity.ExecuteScalarAsync(Cancellation))!, Patience, "a renewal waits", Cancellation);
        }
        var stopping = keeper.StopAsync(Cancellation);
        await transaction.RollbackAsync(Cancellation);
        await stopping.WaitAsync(Patience, Cancellation);

        command.CommandText = "SELECT count(owner) = 0 AND (SELECT count(*) = 0 FROM detector_replicas) FROM partition_leases";
        Assert.True((bool)(await command.ExecuteScalarAsync(Cancellation))!);
    }

    [Fact]
    public async Task A_connection_that_is_gone_under_a_renewal_does_not_end_the_detector()
    {
        await using var store = await LoggedStore.CreateAsync(server);
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var options = Options.Create(new DetectorOptions { Lease = TimeSpan.FromSeconds(1) });
        var metrics = new DetectorMetrics(services.GetRequiredService<IMeterFactory>());
        var dataSource = store.Store.DataSource;
        using var judges = new PartitionJudgeFactory(
            store.Store.Log, store.Store.Verdicts(), new SnapshotStore(dataSource), new PartitionWakes(),
            new AnomalyNews(services, NullLogger<AnomalyNews>.Instance), metrics,
            new StageTimes(services.GetRequiredService<IMeterFactory>(), TimeProvider.System), options, TimeProvider.System);
        var failures = new FailureCount();
        using var keeper = new LeaseKeeper(new PartitionLeases(dataSource, "a", options.Value.Lease), judges, options, metrics, TimeProvider.System, failures);
        // What the driver throws then is none of its own exceptions.
        await dataSource.DisposeAsync();
        await keeper.StartAsync(Cancellation);
        await Until.TrueAsync(() => failures.Count >= 2 || keeper.ExecuteTask!.IsCompleted, Patience, "two renewals failed", Cancellation);
        Assert.False(keeper.ExecuteTask!.IsCompleted);
        await keeper.StopAsync(Cancellation);
    }

    private sealed class FailureCount : ILogger<LeaseKeeper>
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Interlocked.Increment(ref _count);
    }
}

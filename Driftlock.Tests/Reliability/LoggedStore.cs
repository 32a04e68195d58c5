using System.Diagnostics.Metrics;
using Driftlock.Api.Ingest;
using Driftlock.Api.Limits;
using Driftlock.Cbad.Events;
using Driftlock.Storage.Performance;
using Driftlock.Storage.Streams;
using Driftlock.Telemetry;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Driftlock.Tests.Reliability;

/// <summary>A database of a test's own, filled through the same ingest that the Api has, and checked against undisturbed engines.</summary>
internal sealed class LoggedStore : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Store _store;
    private readonly IngestService _ingest;

    private LoggedStore(Store store, string password)
    {
        _store = store;
        ConnectionString = new NpgsqlConnectionStringBuilder(store.DataSource.ConnectionString) { Password = password }.ConnectionString;
        var partitions = new PartitionCount(store.DataSource);
        var registry = new StreamRegistry(store.DataSource, StreamRegistry.DefaultStreamsPerTenant, TimeProvider.System);
        _ingest = new IngestService(
            store.Log, new StreamAdmission(registry, partitions), new PartitionMap(partitions),
            new TenantLimits(store.DataSource, TimeProvider.System), new UsageMeter(store.DataSource, TimeProvider.System, NullLogger<UsageMeter>.Instance), new TelemetryBatchPool(), TimeProvider.System,
            new IngestMetrics(_services.GetRequiredService<IMeterFactory>()), new StageTimes(_services.GetRequiredService<IMeterFactory>(), TimeProvider.System));
        Judged = new JudgedStore(store.DataSource);
    }

    public static string ApiKey => "a bootstrap key of good length";

    public Store Store => _store;

    public string ConnectionString { get; }

    public JudgedStore Judged { get; }

    public static async Task<LoggedStore> CreateAsync(PostgresServer server) => new(await Store.CreateAsync(server), server.Password);

    public async Task AppendAsync(NumberedLogs logs, int from, int count)
    {
        for (var request = from; request < from + count; request++)
        {
            await _ingest.IngestOtlpAsync(1, Signal.Logs, OtlpEncoding.Protobuf, logs.Request(request), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>What fresh engines make of the log as it is now.</summary>
    public async Task<UndisturbedDetector> ReplayAsync()
    {
        var undisturbed = new UndisturbedDetector(_store.Log);
        await undisturbed.RunAsync(await Judged.PartitionsAsync(), TestContext.Current.CancellationToken);
        return undisturbed;
    }

    /// <summary>Every event judged once, and the same anomalies as undisturbed engines find. No detector may run any more.</summary>
    public async Task<UndisturbedDetector> AssertJudgedOnceAsync()
    {
        var undisturbed = await ReplayAsync();
        Assert.Equal(0, await Judged.MissingAsync());
        Assert.Equal(undisturbed.Streams.OrderBy(stream => stream.Key.Value), (await Judged.StreamsAsync()).OrderBy(stream => stream.Key.Value));
        Assert.Equal(undisturbed.Anomalies, await Judged.AnomaliesAsync());
        return undisturbed;
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await _services.DisposeAsync();
    }
}

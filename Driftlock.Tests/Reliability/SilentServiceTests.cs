using Driftlock.Cbad.Events;
using Driftlock.Storage;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;
using Driftlock.Storage.Streams;
using Driftlock.Tests.Engine;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Storage;

namespace Driftlock.Tests.Reliability;

/// <summary>A Detector that nothing is sent to writes the passing of time to the log by itself, and notices who is missing.</summary>
[Collection(StoreServer.Name)]
public sealed class SilentServiceTests(PostgresServer server)
{
    private const long Second = 1_000_000_000;
    private const int Sendings = 300;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_that_stopped_sending_two_minutes_ago_is_missed()
    {
        await using var store = await LoggedStore.CreateAsync(server);
        await SendEveryTenSecondsAsync(store, until: UnixTime.ToUnixNano(TimeProvider.System.GetUtcNow()) - (120 * Second));
        await using var detector = await ServiceProcess.DetectorAsync(store.ConnectionString);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        while (true)
        {
            if (await store.Judged.AnomaliesAsync() is [var anomaly, ..])
            {
                Assert.Equal(StreamOf().Value, anomaly.Stream.Value);
                return;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(200), patience.Token);
        }
    }

    private static StreamId StreamOf() => StreamId.Of(Tenant.DefaultId, Signal.Metrics, "shop"u8, "queue.depth"u8);

    private static async Task SendEveryTenSecondsAsync(LoggedStore store, long until)
    {
        var stream = new StreamDescription(StreamOf(), Signal.Metrics, "shop", "queue.depth");
        await new StreamRegistry(store.Store.DataSource, 100, TimeProvider.System).RegisterAsync(Tenant.DefaultId, [stream], Store.Partitions, int.MaxValue, Cancellation);
        var partition = stream.Partition(Tenant.DefaultId, Store.Partitions);
        var values = MetricEvents.Wave(Sendings, 9);
        for (var i = 0; i < Sendings; i++)
        {
            var entry = new NewEntry(partition, LogEntryKind.Events, 1, EventPayload.Compress(MetricEvents.Block([[values[i]]], i)));
            await store.Store.Log.AppendAsync(new AppendRequest(Tenant.DefaultId, [], until - ((Sendings - 1 - i) * 10 * Second), [entry]), Cancellation);
        }
    }
}

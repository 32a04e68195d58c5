using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;
using Driftlock.Tests.Fixtures;

namespace Driftlock.Tests.Storage;

[Collection(StoreServer.Name)]
public sealed class PostgresEventLogTests(PostgresServer server) : EventLogCompliance
{
    private Store? _store;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public override async ValueTask DisposeAsync()
    {
        if (_store is not null) await _store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_says_when_to_come_back()
    {
        await using var store = await Store.CreateAsync(server, options => options.QueueBytes = 1000);
        var request = new AppendRequest(1, [], 1, [new NewEntry(0, LogEntryKind.Events, 1, new byte[1001])]);
        var busy = await Assert.ThrowsAsync<EventLogBusyException>(() => store.Log.AppendAsync(request, Cancellation));
        Assert.True(busy.RetryAfter > TimeSpan.Zero);
    }

    [Fact]
    public async Task Requests_that_were_taken_in_are_written_when_the_service_stops()
    {
        var store = await Store.CreateAsync(server);
        var appends = Enumerable.Range(0, 50).Select(i => store.Log.AppendAsync(
            new AppendRequest(1, [], i, [new NewEntry(1, LogEntryKind.Events, 1, [1])]), Cancellation)).ToList();
        await store.Log.StopAsync(Cancellation);
        await Task.WhenAll(appends);
        Assert.Equal(50, (await store.Log.ReadAsync(1, 1, 100, int.MaxValue, Cancellation)).Count);
        await store.DisposeAsync();
    }

    protected override async Task<IEventLog> OpenAsync() => (_store = await Store.CreateAsync(server)).Log;
}

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

    [Theory]
    [InlineData("off", "on")]
    [InlineData("remote_apply", "remote_apply")]
    public async Task An_append_is_flushed_to_disk_though_the_database_would_not_wait_for_it(string configured, string appended)
    {
        await using var store = await Store.CreateAsync(server);
        await store.DataSource.ExecuteAsync(
            $$"""
            CREATE TABLE seen (setting text);
            CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO seen VALUES (current_setting(''synchronous_commit'')); RETURN NULL; END';
            CREATE TRIGGER see AFTER INSERT ON ingest_requests FOR EACH STATEMENT EXECUTE FUNCTION see();
            DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = {{configured}}', current_database()); END $$;
            """);
        store.DataSource.Clear();
        await store.Log.AppendAsync(new AppendRequest(Tenant.DefaultId, [1], 1, [new NewEntry(0, LogEntryKind.Events, 1, [1])]), TestContext.Current.CancellationToken);
        Assert.Equal(appended, Assert.Single(await store.DataSource.ColumnAsync("SELECT setting FROM seen")));
    }

    [Fact]
    public async Task A_connection_that_is_gone_under_an_append_means_try_again_and_the_log_goes_on()
    {
        await using var store = await Store.CreateAsync(server);
        await store.DataSource.DisposeAsync();
        for (var attempt = 0; attempt < 2; attempt++)
        {
            await Assert.ThrowsAsync<EventLogBusyException>(() => store.Log.AppendAsync(new AppendRequest(1, [], 1, [new NewEntry(0, LogEntryKind.Events, 1, [1])]), Cancellation));
        }
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

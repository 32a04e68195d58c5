using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;

namespace Driftlock.Tests.Storage;

/// <summary>What every event log must do. A new implementation adds a subclass and nothing else.</summary>
public abstract class EventLogCompliance : IAsyncLifetime
{
    /// <summary>Offset of the configuration entry that every partition starts with.</summary>
    private const long First = 1;

    protected IEventLog Log { get; private set; } = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Log = await OpenAsync();

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task What_was_acknowledged_is_read_back_in_order_and_unchanged()
    {
        for (byte i = 0; i < 10; i++) await Log.AppendAsync(Request([i, i]), Cancellation);
        var entries = await Log.ReadAsync(0, First, 100, int.MaxValue, Cancellation);
        Assert.Equal(Enumerable.Range(2, 10).Select(i => (long)i), entries.Select(entry => entry.Offset));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => new[] { (byte)i, (byte)i }), entries.Select(entry => entry.Payload));
        Assert.All(entries, entry => Assert.Equal((1, LogEntryKind.Events, 7, 123L), (entry.TenantId, entry.Kind, entry.EventCount, entry.ReceivedUnixNano)));
    }

    [Fact]
    public async Task A_retried_request_is_appended_once()
    {
        byte[] hash = [1, 2, 3];
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Log.AppendAsync(Request([9], hash), Cancellation)));
        Assert.Single(outcomes, AppendOutcome.Appended);
        Assert.Equal(AppendOutcome.Repeated, await Log.AppendAsync(Request([9], hash), Cancellation));
        Assert.Single(await Log.ReadAsync(0, First, 100, int.MaxValue, Cancellation));
    }

    [Fact]
    public async Task Requests_without_a_hash_may_come_again()
    {
        await Log.AppendAsync(Request([9]), Cancellation);
        Assert.Equal(AppendOutcome.Appended, await Log.AppendAsync(Request([9]), Cancellation));
        Assert.Equal(2, (await Log.ReadAsync(0, First, 100, int.MaxValue, Cancellation)).Count);
    }

    [Fact]
    public async Task Many_writers_leave_no_gap_and_lose_nothing()
    {
        var writes = Enumerable.Range(0, 400).Select(i => Log.AppendAsync(
            new AppendRequest(1, [], i, [.. Enumerable.Range(0, 1 + i % Store.Partitions).Select(
                partition => new NewEntry(partition, LogEntryKind.Events, 1, BitConverter.GetBytes(i)))]),
            Cancellation));
        await Task.WhenAll(writes);
        var read = 0;
        for (var partition = 0; partition < Store.Partitions; partition++)
        {
            var entries = await Log.ReadAsync(partition, First, 1000, int.MaxValue, Cancellation);
            Assert.Equal(Enumerable.Range(2, entries.Count).Select(i => (long)i), entries.Select(entry => entry.Offset));
            Assert.Equal(entries.Count, entries.Select(entry => BitConverter.ToInt32(entry.Payload)).Distinct().Count());
            read += entries.Count;
        }
        Assert.Equal(Enumerable.Range(0, 400).Sum(i => 1 + i % Store.Partitions), read);
    }

    [Fact]
    public async Task Reading_stops_at_the_bounds_but_always_gives_one_entry()
    {
        for (byte i = 0; i < 10; i++) await Log.AppendAsync(Request(new byte[1000]), Cancellation);
        Assert.Equal(3, (await Log.ReadAsync(0, First, 3, int.MaxValue, Cancellation)).Count);
        Assert.Equal(2, (await Log.ReadAsync(0, First, 10, 1500, Cancellation)).Count);
        Assert.Single(await Log.ReadAsync(0, First, 10, 1, Cancellation));
        Assert.Empty(await Log.ReadAsync(0, 11, 10, 1, Cancellation));
    }

    [Fact]
    public async Task A_request_with_an_unknown_partition_adds_nothing_and_hurts_nobody()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Log.AppendAsync(
            new AppendRequest(1, [], 1, [new NewEntry(0, LogEntryKind.Events, 1, [1]), new NewEntry(99, LogEntryKind.Events, 1, [1])]), Cancellation));
        Assert.Empty(await Log.ReadAsync(0, First, 10, int.MaxValue, Cancellation));
        Assert.Equal(AppendOutcome.Appended, await Log.AppendAsync(Request([1]), Cancellation));
    }

    protected abstract Task<IEventLog> OpenAsync();

    private static AppendRequest Request(byte[] payload, byte[]? hash = null) =>
        new(1, hash ?? [], 123, [new NewEntry(0, LogEntryKind.Events, 7, payload)]);
}

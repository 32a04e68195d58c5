using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;
using Driftlock.Tests.Fixtures;

namespace Driftlock.Tests.Storage;

/// <summary>Places in the log by time of receipt, which no index knows.</summary>
[Collection(StoreServer.Name)]
public sealed class ReceivedEntriesTests(PostgresServer server, ITestOutputHelper output)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_time_leads_to_the_first_entry_that_was_received_then_or_later()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var store = await Store.CreateAsync(server);
        var received = 1_000_000L;
        for (var i = 0; i < 150; i++) await AppendAsync(store, 1 + random.Next(2), random.Next(3), received += random.Next(3) * 10);
        // Set-up wrote an entry into each partition, at its own time: it would be the latest.
        await store.DataSource.ExecuteAsync("""UPDATE log_entries SET received_unix_nano = 0 WHERE "offset" = 1""");
        var log = new ReceivedEntries(store.DataSource);
        long[] times = [0, long.MaxValue, .. Enumerable.Range(0, 40).Select(_ => 1_000_000L - 100 + random.NextInt64(received - 999_800))];
        var places = await log.FindAsync(null, times, SegmentRange.All, Cancellation);
        Assert.Equal(times.Distinct().Count() * Store.Partitions, places.Count);
        foreach (var place in places)
        {
            Assert.Equal(await ExpectedAsync(store, place), place.Offset);
            Assert.False(place.IsBeginning);
        }
        Assert.Equal(places.Where(place => place.Partition == 1).Order(Comparer), (await log.FindAsync(1, times, SegmentRange.All, Cancellation)).Order(Comparer));
        Assert.Empty(await log.FindAsync(null, times, new SegmentRange(0, 1), Cancellation));
    }

    [Fact]
    public async Task What_was_dropped_before_a_place_is_told()
    {
        await using var store = await Store.CreateAsync(server);
        for (var i = 0; i < 20; i++) await AppendAsync(store, 1, 2, 1_000 + i);
        await store.DataSource.ExecuteAsync("""DELETE FROM log_entries WHERE partition_id = 2 AND "offset" < 10""");
        var places = (await new ReceivedEntries(store.DataSource).FindAsync(2, [1_000, 1_015], SegmentRange.All, Cancellation)).ToDictionary(place => place.ReceivedUnixNano);
        Assert.Equal((10, true), (places[1_000].Offset, places[1_000].IsBeginning));
        Assert.Equal((17, false), (places[1_015].Offset, places[1_015].IsBeginning));
    }

    [Fact]
    public async Task Only_the_tenants_own_events_are_read_the_newest_first_and_no_more_than_asked_for()
    {
        await using var store = await Store.CreateAsync(server);
        for (var i = 0; i < 30; i++) await AppendAsync(store, 1 + i % 3, 0, 1_000 + i);
        var log = new ReceivedEntries(store.DataSource);
        var all = await log.ReadAsync(2, 0, 1, 100, SegmentRange.All, 100, 1_000, Cancellation);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => 1_028L - 3 * i), all.Select(entry => entry.ReceivedUnixNano));
        Assert.All(all, entry => Assert.Equal([2], entry.Payload));
        Assert.Equal(all.Take(4).Select(entry => entry.Offset), (await log.ReadAsync(2, 0, 1, 100, SegmentRange.All, 4, 1_000, Cancellation)).Select(entry => entry.Offset));
        Assert.Equal(3, (await log.ReadAsync(2, 0, 1, 100, SegmentRange.All, 100, 3, Cancellation)).Count);
        Assert.Equal(all.Skip(3).Take(2).Select(entry => entry.Offset), (await log.ReadAsync(2, 0, all[4].Offset, all[2].Offset, SegmentRange.All, 100, 1_000, Cancellation)).Select(entry => entry.Offset));
    }

    private static Comparer<LogPlace> Comparer => Comparer<LogPlace>.Create((a, b) => a.ReceivedUnixNano.CompareTo(b.ReceivedUnixNano));

    private static Task<long> ExpectedAsync(Store store, LogPlace place) => store.DataSource.ScalarAsync<long>(
        $"""
        SELECT coalesce(min(e."offset"), p.head_offset + 1) FROM log_partitions p LEFT JOIN log_entries e ON e.partition_id = p.id AND e.received_unix_nano >= {place.ReceivedUnixNano}
        WHERE p.id = {place.Partition} GROUP BY p.head_offset
        """);

    private static Task<AppendOutcome> AppendAsync(Store store, int tenant, int partition, long received) =>
        store.Log.AppendAsync(new AppendRequest(tenant, [], received, [new NewEntry(partition, LogEntryKind.Events, 1, [(byte)tenant])]), Cancellation);
}

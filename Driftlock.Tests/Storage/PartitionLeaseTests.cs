using Driftlock.Storage.Detection;
using Driftlock.Tests.Fixtures;

namespace Driftlock.Tests.Storage;

[Collection(StoreServer.Name)]
public sealed class PartitionLeaseTests(PostgresServer server)
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lone_detector_holds_every_partition()
    {
        await using var store = await Store.CreateAsync(server);
        var held = await new PartitionLeases(store.DataSource, "a", Long).RenewAsync([], Cancellation);
        Assert.Equal(Enumerable.Range(0, Store.Partitions), held.Select(lease => lease.Partition).Order());
    }

    [Fact]
    public async Task Two_detectors_share_evenly_and_never_hold_the_same_partition()
    {
        await using var store = await Store.CreateAsync(server);
        var a = new PartitionLeases(store.DataSource, "a", Long);
        var b = new PartitionLeases(store.DataSource, "b", Long);
        var heldByA = await a.RenewAsync([], Cancellation);
        var heldByB = await b.RenewAsync([], Cancellation);
        Assert.Empty(heldByB);
        heldByA = await a.RenewAsync([.. heldByA], Cancellation);
        heldByB = await b.RenewAsync([.. heldByB], Cancellation);
        Assert.Equal(2, heldByA.Count);
        Assert.Equal(2, heldByB.Count);
        Assert.Empty(heldByA.Select(lease => lease.Partition).Intersect(heldByB.Select(lease => lease.Partition)));
    }

    [Fact]
    public async Task A_silent_detectors_leases_pass_on_and_its_late_commit_is_refused()
    {
        await using var store = await Store.CreateAsync(server);
        var a = new PartitionLeases(store.DataSource, "a", TimeSpan.FromMilliseconds(1));
        var late = (await a.RenewAsync([], Cancellation))[0];
        // A detector counts as there for as long as one of its leases may last, and b takes no more than its share until then.
        var b = new PartitionLeases(store.DataSource, "b", TimeSpan.FromSeconds(3));
        IReadOnlyList<Lease> taken = [];
        while (taken.Count < Store.Partitions) taken = await b.RenewAsync([.. taken], Cancellation);
        Assert.True(taken.Single(lease => lease.Partition == late.Partition).Epoch > late.Epoch);
        var verdicts = store.Verdicts();
        await Assert.ThrowsAsync<LeaseLostException>(() => verdicts.CommitAsync(Empty(late, 1), Cancellation));
        Assert.Empty(await a.RenewAsync([late], Cancellation));
    }

    [Fact]
    public async Task A_detector_that_leaves_frees_its_partitions_at_once()
    {
        await using var store = await Store.CreateAsync(server);
        var a = new PartitionLeases(store.DataSource, "a", Long);
        await a.LeaveAsync([.. await a.RenewAsync([], Cancellation)], Cancellation);
        Assert.Equal(Store.Partitions, (await new PartitionLeases(store.DataSource, "b", Long).RenewAsync([], Cancellation)).Count);
    }

    [Fact]
    public async Task An_offset_is_committed_once()
    {
        await using var store = await Store.CreateAsync(server);
        var lease = (await new PartitionLeases(store.DataSource, "a", Long).RenewAsync([], Cancellation))[0];
        var verdicts = store.Verdicts();
        await verdicts.CommitAsync(Empty(lease, 1), Cancellation);
        await Assert.ThrowsAsync<LeaseLostException>(() => verdicts.CommitAsync(Empty(lease, 1), Cancellation));
    }

    [Fact]
    public async Task A_snapshot_comes_back_as_it_was_and_another_engines_is_not_used()
    {
        await using var store = await Store.CreateAsync(server);
        var lease = (await new PartitionLeases(store.DataSource, "a", Long).RenewAsync([], Cancellation))[0];
        var stream = new Cbad.Events.StreamId(ulong.MaxValue - 1);
        var snapshot = new Snapshot("engine-1", [1, 2], new Dictionary<Cbad.Events.StreamId, byte[]> { [stream] = [3, 4, 5] });
        await store.Verdicts().CommitAsync(Empty(lease, 1) with { Snapshot = snapshot }, Cancellation);
        var snapshots = new SnapshotStore(store.DataSource);
        var read = await snapshots.ReadAsync(lease.Partition, "engine-1", Cancellation);
        Assert.Equal(snapshot.Budgets, read!.Budgets);
        Assert.Equal([3, 4, 5], read.Streams[stream]);
        Assert.Equal(1, read.Offset);
        Assert.Null(await snapshots.ReadAsync(lease.Partition, "engine-2", Cancellation));
    }

    private static JudgedBatch Empty(Lease lease, long upTo) => new(lease, upTo, [], new Dictionary<Cbad.Events.StreamId, long>(), null);
}

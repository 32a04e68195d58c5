using System.Text;
using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Detector;
using Driftlock.Detector.Partitions;
using Driftlock.Storage.Detection;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;
using Driftlock.Tests.Engine;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Reliability;
using Driftlock.Tests.Storage;

namespace Driftlock.Tests.Detector;

[Collection(StoreServer.Name)]
public sealed class EngineRecoveryTests(PostgresServer server)
{
    private static readonly DetectorOptions Options = new() { BatchEntries = 7 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_engine_rebuilt_from_a_snapshot_or_from_the_whole_log_goes_on_with_the_same_verdicts(bool otherEngine)
    {
        await using var store = await LoggedStore.CreateAsync(server);
        await store.AppendAsync(new NumberedLogs(11, 32_000, services: 6), 0, 400);
        var partition = (await store.ReplayAsync()).Anomalies.Select(anomaly => StreamId.Partition(Tenant.DefaultId, Signal.Logs, default, anomaly.Stream, Store.Partitions)).GroupBy(p => p).MaxBy(p => p.Count())!.Key;
        var snapshots = new SnapshotStore(store.Store.DataSource);
        var lease = (await new PartitionLeases(store.Store.DataSource, "a", TimeSpan.FromMinutes(1)).RenewAsync([], Cancellation)).First(l => l.Partition == partition);
        var entries = await store.Store.Log.ReadAsync(partition, 0, 10_000, int.MaxValue, Cancellation);
        var undisturbed = new PartitionEngine(new EngineConfiguration());
        var expected = new List<Verdict>();
        foreach (var entry in entries) EntryFeed.Feed(undisturbed, entry, expected);
        Assert.Contains(expected, verdict => verdict.Kind == VerdictKind.Anomaly);

        // Two snapshots, the second of changed streams only, and entries after it that are committed.
        var running = new PartitionEngine(new EngineConfiguration());
        var (half, later, committed) = (entries.Count / 2, (entries.Count / 2) + 3, (entries.Count / 2) + 9);
        foreach (var (from, to) in new[] { (0, half), (half, later), (later, committed) })
        {
            for (var i = from; i < to; i++) EntryFeed.Feed(running, entries[i], []);
            var snapshot = to == committed ? null : Take(running, otherEngine ? "another-engine" : PartitionEngine.Version);
            var batch = new JudgedBatch(lease, entries[to - 1].Offset, [], new Dictionary<StreamId, long>(), snapshot);
            await store.Store.Verdicts().CommitAsync(batch, Cancellation);
            lease = lease with { CommittedOffset = entries[to - 1].Offset };
            running.MarkSaved();
        }
        var recovered = await new EngineRecovery(store.Store.Log, snapshots, Options).RunAsync(partition, lease.CommittedOffset, Cancellation);
        var verdicts = new List<Verdict>();
        foreach (var entry in entries.Skip(committed)) EntryFeed.Feed(recovered, entry, verdicts);

        Assert.Equal(otherEngine, await snapshots.ReadAsync(partition, PartitionEngine.Version, Cancellation) is null);
        Assert.Equal(
            expected.Where(verdict => verdict.Position.Offset > lease.CommittedOffset).Select(verdict => verdict.Image()),
            verdicts.Select(verdict => verdict.Image()));
        Assert.Contains(verdicts, verdict => verdict.Kind == VerdictKind.Anomaly);
    }

    [Fact]
    public void Windows_of_several_streams_that_one_entry_closes_have_ids_of_their_own()
    {
        byte[] payload = [.. LogEvents.Block(LogEvents.Ordinary(120, 1), "shop"), .. LogEvents.Block(LogEvents.Ordinary(60, 2), "cart")];
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        foreach (var offset in new[] { 7, 8 })
        {
            EntryFeed.Feed(engine, Entry(LogEntryKind.Events, offset, payload), verdicts);
        }
        EntryFeed.Feed(engine, Entry(LogEntryKind.Tick, 9, []) , verdicts);
        Assert.Equal(
            ["7-0", "7-1", "7-2", "8-0", "8-1", "8-2", "9-0", "9-1"],
            verdicts.Select(verdict => $"{verdict.Position.Offset}-{verdict.Ordinal}"));
    }

    [Fact]
    public async Task An_anomaly_whose_line_is_cut_within_a_character_of_two_code_units_is_stored()
    {
        await using var store = await LoggedStore.CreateAsync(server);
        var lease = (await new PartitionLeases(store.Store.DataSource, "a", TimeSpan.FromMinutes(1)).RenewAsync([], Cancellation))[0];
        var foreign = "*** PANIC {{ fatal error: " + string.Concat(Enumerable.Range(0, 400).Select(i => $"z{i % 10}Q{(char)('a' + (i % 26))} "))[..1973] + "\U0001F600 end";
        var verdicts = LogEvents.Run(LogEvents.Ordinary(2000, 1).With(1512, foreign));
        var anomaly = Assert.Single(verdicts, verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.True(Encoding.UTF8.GetByteCount(foreign) <= 2048);
        var batch = new JudgedBatch(lease, 1, [new JudgedWindow(anomaly, 1)], new Dictionary<StreamId, long>(), null);
        await store.Store.Verdicts().CommitAsync(batch, Cancellation);
        Assert.Single(await store.Judged.AnomaliesAsync());
    }

    private static Snapshot Take(PartitionEngine engine, string version)
    {
        var buffer = new ByteBuffer();
        var streams = new Dictionary<StreamId, byte[]>();
        foreach (var stream in engine.ChangedStreams)
        {
            buffer.Clear();
            engine.SaveStream(stream, buffer);
            streams[stream] = buffer.Written.ToArray();
        }
        buffer.Clear();
        engine.SaveBudgets(buffer);
        return new Snapshot(version, buffer.Written.ToArray(), streams);
    }

    private static LogEntry Entry(LogEntryKind kind, long offset, byte[] payload) => new()
    {
        PartitionId = 0, Offset = offset, TenantId = 1, Kind = kind, ReceivedUnixNano = offset == 9 ? long.MaxValue : offset,
        Payload = payload.Length == 0 ? payload : EventPayload.Compress(payload),
    };
}

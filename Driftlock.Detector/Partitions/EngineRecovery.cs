using Driftlock.Cbad;
using Driftlock.Storage.Detection;
using Driftlock.Storage.EventLog;

namespace Driftlock.Detector.Partitions;

/// <summary>
/// Rebuilds a partition's engine as of its committed offset: the newest snapshot, then the log after it, whose verdicts are already
/// committed and are thrown away. The engine is deterministic, so the state is the one that was lost.
/// </summary>
public sealed class EngineRecovery(IEventLog log, SnapshotStore snapshots, DetectorOptions options)
{
    public async Task<PartitionEngine> RunAsync(int partition, long committedOffset, CancellationToken cancellationToken)
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        long position = 0;
        if (await snapshots.ReadAsync(partition, PartitionEngine.Version, cancellationToken) is { } snapshot)
        {
            engine.LoadBudgets(snapshot.Budgets);
            foreach (var (stream, state) in snapshot.Streams.OrderBy(stream => stream.Key.Value)) engine.LoadStream(stream, state);
            engine.MarkSaved();
            position = snapshot.Offset;
        }
        var known = new List<Verdict>();
        while (position < committedOffset)
        {
            var entries = await log.ReadAsync(partition, position, options.BatchEntries, options.BatchBytes, cancellationToken);
            if (entries.Count == 0)
            {
                throw new InvalidDataException($"partition {partition} is committed up to {committedOffset}, but its log ends at {position}");
            }
            foreach (var entry in entries.TakeWhile(entry => entry.Offset <= committedOffset))
            {
                EntryFeed.Feed(engine, entry, known);
                known.Clear();
                position = entry.Offset;
            }
        }
        // They are committed, as the verdicts are.
        engine.TakeAnchorChanges();
        return engine;
    }
}

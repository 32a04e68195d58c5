using System.Text;
using Driftlock.Cbad;
using Driftlock.Cbad.Settings;
using Driftlock.Storage.Detection;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;

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
        else if (await snapshots.RelearningFromAsync(partition, cancellationToken) is { } relearning)
        {
            foreach (var (tenant, json) in relearning.Settings)
            {
                var settings = TenantSettings.Parse(Encoding.UTF8.GetBytes(json));
                if (tenant == TenantSettingsVersion.Deployment) engine.Configure(settings.Configuration);
                else engine.Configure(tenant, settings);
            }
            position = relearning.Offset;
        }
        var known = new List<Verdict>();
        while (position < committedOffset)
        {
            var entries = await log.ReadAsync(partition, position, options.BatchEntries, options.BatchBytes, cancellationToken);
            if (entries.Count == 0)
            {
                throw new InvalidDataException($"partition {partition} is committed up to {committedOffset}, but its log ends at {position}");
            }
            EnsureUnbroken(partition, position, entries);
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

    /// <exception cref="InvalidDataException">The entries do not begin right after the offset, or have a gap: judging on would give a wrong state.</exception>
    public static void EnsureUnbroken(int partition, long afterOffset, IReadOnlyList<LogEntry> entries)
    {
        var expected = afterOffset;
        if (entries.FirstOrDefault(entry => entry.Offset != ++expected) is not { } found) return;
        throw new InvalidDataException(
            $"partition {partition} needs its log from offset {expected} on, but the next entry there is {found.Offset}: what lies between was dropped and no snapshot covers it; restore both from one backup");
    }
}

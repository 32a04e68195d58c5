using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Storage;
using Driftlock.Storage.Detection;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;
using Driftlock.Storage.Performance;
using Microsoft.Extensions.Options;

namespace Driftlock.Detector.Partitions;

/// <summary>Makes the judge of a partition that was leased.</summary>
public sealed class PartitionJudgeFactory(
    IEventLog log, VerdictStore verdicts, SnapshotStore snapshots, PartitionWakes wakes, AnomalyNews news, DetectorMetrics metrics, StageTimes stages,
    IOptions<DetectorOptions> options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(options.Value.ParallelPartitions);

    public void Dispose() => _turns.Dispose();

    public PartitionJudge Create(Lease lease) =>
        new(lease, log, verdicts, new EngineRecovery(log, snapshots, options.Value), wakes, news, metrics, stages, options.Value, _turns, time);
}

/// <summary>
/// Judges one partition for as long as its lease lasts: reads the log, feeds the engine, and commits verdicts with the offset. Ends with
/// an exception when anything fails: state in memory is then worth nothing, and the next owner rebuilds it from the store.
/// </summary>
public sealed class PartitionJudge(
    Lease lease, IEventLog log, VerdictStore verdicts, EngineRecovery recovery, PartitionWakes wakes, AnomalyNews news,
    DetectorMetrics metrics, StageTimes stages, DetectorOptions options, SemaphoreSlim turns, TimeProvider time)
{
    private Lease _lease = lease;
    private SnapshotSchedule? _snapshots;
    private long _lastTick;

    public async Task RunAsync(CancellationToken stop)
    {
        var engine = await InTurnAsync(() => recovery.RunAsync(_lease.Partition, _lease.CommittedOffset, stop), stop);
        _snapshots = new SnapshotSchedule(options, time);
        _lastTick = time.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            var idle = TimeSpan.FromMicroseconds(engine.Configuration.IdleWindowNano / 1000.0);
            var began = time.GetTimestamp();
            var lap = stages.Start();
            var entries = await log.ReadAsync(_lease.Partition, _lease.CommittedOffset, options.BatchEntries, options.BatchBytes, stop);
            if (entries.Count > 0) lap.Done("detect.read");
            EngineRecovery.EnsureUnbroken(_lease.Partition, _lease.CommittedOffset, entries);
            // Without entries there may be state to save: until it is, the log behind it must be kept.
            await InTurnAsync(() => JudgeAsync(engine, entries, stop), stop);
            if (!IsFull(entries))
            {
                if (entries.Count > 0) await GatherAsync(began, stop);
                await wakes.WaitAsync(_lease.Partition, engine.HasOpenWindows && idle < options.Poll ? idle : options.Poll, stop);
            }
            await TickIfDueAsync(engine, idle, stop);
        }
    }

    /// <summary>True when more may be there already; otherwise a notification will tell.</summary>
    private bool IsFull(IReadOnlyList<LogEntry> entries) =>
        entries.Count >= options.BatchEntries || entries.Sum(entry => (long)entry.Payload.Length) >= options.BatchBytes;

    private async Task GatherAsync(long began, CancellationToken stop)
    {
        var left = options.Gather - time.GetElapsedTime(began);
        if (left > TimeSpan.Zero) await Task.Delay(left, time, stop);
    }

    private async Task<bool> JudgeAsync(PartitionEngine engine, IReadOnlyList<LogEntry> entries, CancellationToken cancellationToken)
    {
        var found = new List<Verdict>();
        var judged = new List<JudgedWindow>();
        var lap = stages.Start();
        foreach (var entry in entries)
        {
            EntryFeed.Feed(engine, entry, found);
            judged.AddRange(found.Select(verdict => new JudgedWindow(verdict, entry.ReceivedUnixNano)));
            found.Clear();
        }
        var upTo = entries is [.., var last] ? last.Offset : _lease.CommittedOffset;
        var snapshot = _snapshots!.TakeIfDue(engine, entries.Count);
        if (entries.Count == 0 && snapshot is null) return false;
        var batch = new JudgedBatch(_lease, upTo, judged, CalibrationOf(engine, judged), snapshot) { Anchors = engine.TakeAnchorChanges() };
        lap.Done("detect.judge");
        var sequences = await verdicts.CommitAsync(batch, cancellationToken);
        lap.Done("detect.commit");
        _lease = _lease with { CommittedOffset = upTo };
        if (snapshot is not null) engine.MarkSaved();
        metrics.Remembers(_lease.Partition, engine.StreamCount, engine.StateBytes);
        metrics.Committed(judged, UnixTime.ToUnixNano(time.GetUtcNow()));
        if (sequences.Count > 0) news.Tell();
        return true;
    }

    private static Dictionary<StreamId, long> CalibrationOf(PartitionEngine engine, List<JudgedWindow> judged) =>
        judged.Select(window => window.Verdict.Stream).Distinct().ToDictionary(stream => stream, stream => engine.Progress(stream).EventsNeeded);

    /// <summary>Where events wait in an open window, the passing of time is written to the log for the engine to see.</summary>
    private async Task TickIfDueAsync(PartitionEngine engine, TimeSpan idle, CancellationToken stop)
    {
        if (!engine.HasOpenWindows && !engine.AwaitsBeats) return;
        var due = engine.HasOpenWindows ? idle : TimeSpan.FromMicroseconds(PartitionEngine.AwaitedTickNano / 1000.0);
        if (time.GetElapsedTime(_lastTick) < due) return;
        _lastTick = time.GetTimestamp();
        await AppendTickAsync(stop);
    }

    private async Task AppendTickAsync(CancellationToken stop) =>
        await log.AppendAsync(
            new AppendRequest(
                Tenant.DefaultId, [], UnixTime.ToUnixNano(time.GetUtcNow()), [new NewEntry(_lease.Partition, LogEntryKind.Tick, 0, [])]),
            stop);

    /// <summary>Judging is work for a processor: no more partitions at once than there are.</summary>
    private async Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken stop)
    {
        await turns.WaitAsync(stop);
        try
        {
            return await work();
        }
        finally
        {
            turns.Release();
        }
    }
}

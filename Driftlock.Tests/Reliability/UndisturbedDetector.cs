using System.Security.Cryptography;
using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Storage.Detection;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;

namespace Driftlock.Tests.Reliability;

/// <summary>Reads an event log from its beginning with fresh engines: what a detector finds that nothing ever happened to.</summary>
internal sealed class UndisturbedDetector(IEventLog log)
{
    private readonly Dictionary<StreamId, StreamTotals> _streams = [];
    private readonly Dictionary<StreamId, long> _nextEvent = [];
    private readonly Dictionary<int, int> _numbers = [];
    private readonly List<FoundAnomaly> _anomalies = [];

    public IReadOnlyDictionary<StreamId, StreamTotals> Streams => _streams;

    /// <summary>How often each record's number stands in the log.</summary>
    public IReadOnlyDictionary<int, int> Numbers => _numbers;

    public IReadOnlyList<FoundAnomaly> Anomalies => [.. _anomalies.OrderBy(anomaly => anomaly.Id, StringComparer.Ordinal)];

    public long Entries { get; private set; }

    public long Ticks { get; private set; }

    public async Task RunAsync(IEnumerable<int> partitions, CancellationToken cancellationToken)
    {
        foreach (var partition in partitions) await RunAsync(partition, cancellationToken);
    }

    private async Task RunAsync(int partition, CancellationToken cancellationToken)
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        long offset = 0;
        while (true)
        {
            var entries = await log.ReadAsync(partition, offset, 500, 16 << 20, cancellationToken);
            if (entries.Count == 0) return;
            foreach (var entry in entries)
            {
                Assert.Equal(++offset, entry.Offset);
                Count(entry);
                EntryFeed.Feed(engine, entry, verdicts);
                foreach (var verdict in verdicts) Add(verdict);
                verdicts.Clear();
            }
        }
    }

    private void Count(LogEntry entry)
    {
        Entries++;
        if (entry.Kind == LogEntryKind.Tick) Ticks++;
        if (entry.Kind != LogEntryKind.Events) return;
        ReadOnlySpan<byte> payload = EventPayload.Decompress(entry.Payload);
        while (EventBlock.TryRead(ref payload, out var block))
        {
            var events = block.Read();
            while (events.Next(out var view))
            {
                if (NumberedLogs.NumberIn(view.Body) is { } number) _numbers[number] = _numbers.GetValueOrDefault(number) + 1;
            }
        }
    }

    private void Add(Verdict verdict)
    {
        // Windows of a stream follow each other without gap or overlap: every event is judged once.
        Assert.Equal(_nextEvent.GetValueOrDefault(verdict.Stream), verdict.FirstEvent);
        _nextEvent[verdict.Stream] = verdict.FirstEvent + verdict.EventCount;
        var totals = _streams.GetValueOrDefault(verdict.Stream, new StreamTotals(0, 0, 0, 0, 0));
        _streams[verdict.Stream] = new StreamTotals(
            totals.Events + verdict.EventCount, totals.Windows + 1, totals.Anomalies + One(VerdictKind.Anomaly),
            totals.Suppressed + One(VerdictKind.Suppressed), totals.Calibrating + One(VerdictKind.Calibrating));
        if (verdict.Evidence is not { } evidence) return;
        _anomalies.Add(new FoundAnomaly(
            string.Create(null, $"{verdict.Position.Partition}-{verdict.Position.Offset}-{verdict.Ordinal}"), verdict.Stream,
            verdict.PValue!.Value, Convert.ToHexStringLower(SHA256.HashData(EvidenceJson.Write(evidence)))));

        long One(VerdictKind kind) => verdict.Kind == kind ? 1 : 0;
    }
}

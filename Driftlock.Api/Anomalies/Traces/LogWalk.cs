using System.Buffers.Binary;
using Driftlock.Cbad.Events;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;

namespace Driftlock.Api.Anomalies.Traces;

/// <summary>Reads a tenant's entries, each once and as many as may be, and gives the events of the wanted traces to them.</summary>
internal sealed class LogWalk(ReceivedEntries log, int tenant, IReadOnlyDictionary<UInt128, FoundTrace> wanted)
{
    private const int EntriesAtOnce = 64;
    private const long BytesAtOnce = 8 << 20;

    private readonly Dictionary<int, OffsetRanges> _read = [];
    private long _bytes;

    public int Entries { get; private set; }

    /// <summary>Receipt of the earliest and the latest entry that was read; null while there is none.</summary>
    public (long First, long Last)? Received { get; private set; }

    /// <summary>An entry was met that this version cannot read.</summary>
    public bool HasUnreadable { get; private set; }

    /// <summary>Reads what is not read yet of a range of offsets, the newest first; the end is not one of it.</summary>
    /// <param name="maxEntries">In all, since the walk began.</param>
    /// <param name="maxBytes">The same for payload.</param>
    /// <param name="isEnough">Asked now and then; true ends it.</param>
    /// <returns>False when a bound was reached before the range was read.</returns>
    public async Task<bool> ReadAsync(int partition, long from, long to, SegmentRange segments, int maxEntries, long maxBytes, Func<bool> isEnough, CancellationToken cancellationToken)
    {
        if (!_read.TryGetValue(partition, out var ranges)) _read[partition] = ranges = new OffsetRanges();
        foreach (var part in ranges.Free(from, to))
        {
            for (var end = part.To; end > part.From && !isEnough();)
            {
                if (Entries >= maxEntries || _bytes >= maxBytes) return false;
                var (most, mostBytes) = (Math.Min(EntriesAtOnce, maxEntries - Entries), Math.Min(BytesAtOnce, maxBytes - _bytes));
                var entries = await log.ReadAsync(tenant, partition, part.From, end, segments, most, mostBytes, cancellationToken);
                foreach (var entry in entries)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Take(entry);
                }
                var begin = entries.Count == most || entries.Sum(entry => (long)entry.Payload.Length) >= mostBytes ? entries[^1].Offset : part.From;
                ranges.Take(begin, end);
                end = begin;
            }
        }
        return true;
    }

    private void Take(LogEntry entry)
    {
        Entries++;
        _bytes += entry.Payload.Length;
        Received = (Math.Min(Received?.First ?? long.MaxValue, entry.ReceivedUnixNano), Math.Max(Received?.Last ?? 0, entry.ReceivedUnixNano));
        try
        {
            Search(entry);
        }
        catch (InvalidDataException)
        {
            HasUnreadable = true;
        }
    }

    private void Search(LogEntry entry)
    {
        ReadOnlySpan<byte> payload = EventPayload.Decompress(entry.Payload);
        while (EventBlock.TryRead(ref payload, out var block))
        {
            if (block.Signal == Signal.Metrics) continue;
            var stream = block.Stream(tenant);
            var reader = block.Read();
            while (reader.Next(out var view))
            {
                if (!view.TraceId.IsEmpty && wanted.TryGetValue(BinaryPrimitives.ReadUInt128BigEndian(view.TraceId), out var trace)) trace.Add(block, stream, view, entry);
            }
        }
    }
}

using Driftlock.Cbad.Events;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;
using Driftlock.Telemetry;
using Npgsql;

namespace Driftlock.Api.Ingest;

/// <summary>How many partitions the log has: fixed when it is made, so it is asked once.</summary>
public sealed class PartitionCount(NpgsqlDataSource dataSource)
{
    private int _count;

    public async ValueTask<int> GetAsync(CancellationToken cancellationToken)
    {
        if (_count > 0) return _count;
        await using var command = dataSource.CreateCommand("SELECT count(*)::int FROM log_partitions");
        _count = (int)(await command.ExecuteScalarAsync(cancellationToken))!;
        return _count > 0 ? _count : throw new InvalidOperationException("the event log has no partitions: run `driftlock migrate`");
    }
}

/// <summary>Sorts a batch's streams into one log entry a partition.</summary>
public sealed class PartitionMap(PartitionCount partitions)
{
    public async Task<IReadOnlyList<NewEntry>> SortAsync(
        int tenant, TelemetryBatch batch, RefusedStreams refused, CancellationToken cancellationToken) =>
        Sort(tenant, batch, refused, await partitions.GetAsync(cancellationToken));

    private static List<NewEntry> Sort(int tenant, TelemetryBatch batch, RefusedStreams refused, int count)
    {
        var entries = new SortedDictionary<int, (ByteBuffer Payload, int Events)>();
        foreach (var stream in batch.Streams)
        {
            var id = stream.Id(tenant);
            if (refused.Contains(id)) continue;
            var partition = stream.Partition(tenant, count);
            if (!entries.TryGetValue(partition, out var entry)) entry = (new ByteBuffer(stream.EncodedLength), 0);
            stream.WriteTo(entry.Payload);
            entries[partition] = (entry.Payload, entry.Events + stream.EventCount);
        }
        return [.. entries.Select(entry => new NewEntry(
            entry.Key, LogEntryKind.Events, entry.Value.Events, EventPayload.Compress(entry.Value.Payload.Written)))];
    }
}

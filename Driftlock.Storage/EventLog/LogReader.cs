using System.Collections.Concurrent;
using System.Data;
using Driftlock.Storage.Model;
using Npgsql;

namespace Driftlock.Storage.EventLog;

/// <summary>
/// Reads entries by offset out of a table that is partitioned by segment. Segments rise with the offsets, so the segment where the last
/// read ended bounds the next from below, and the present day from above: a reader that keeps up touches one day, at midnight two.
/// </summary>
internal sealed class LogReader(NpgsqlDataSource dataSource)
{
    private const string Entries =
        """
        SELECT "offset", segment, tenant_id, kind, event_count, received_unix_nano, payload FROM log_entries
        WHERE partition_id = $1 AND "offset" > $2 AND segment >= $3
          AND segment <= greatest((SELECT segment FROM log_partitions WHERE id = $1), (now() AT TIME ZONE 'UTC')::date - date '1970-01-01')
        ORDER BY "offset" LIMIT $4
        """;

    /// <summary>Of the entry itself; of the head, where nothing comes after the offset yet; 0 where neither is known.</summary>
    private const string Segment =
        """
        SELECT coalesce((SELECT max(segment) FROM log_entries WHERE partition_id = $1 AND "offset" = $2),
          (SELECT segment FROM log_partitions WHERE id = $1 AND head_offset <= $2), 0)
        """;

    /// <summary>By partition of the log: what comes after the offset lies in this segment or a later one.</summary>
    private readonly ConcurrentDictionary<int, (long Offset, int Segment)> _ends = new();

    /// <summary>As <see cref="IEventLog.ReadAsync"/>.</summary>
    public async Task<IReadOnlyList<LogEntry>> ReadAsync(
        int partition, long afterOffset, int maxEntries, int maxBytes, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var segment = _ends.TryGetValue(partition, out var end) && end.Offset <= afterOffset
            ? end.Segment
            : await SegmentAsync(connection, partition, afterOffset, cancellationToken);
        await using var command = new NpgsqlCommand(Entries, connection)
        {
            Parameters = { new() { Value = partition }, new() { Value = afterOffset }, new() { Value = segment }, new() { Value = maxEntries } },
        };
        await command.PrepareAsync(cancellationToken);
        var entries = new List<LogEntry>();
        var bytes = 0;
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
        while (bytes < maxBytes && await reader.ReadAsync(cancellationToken))
        {
            var entry = new LogEntry
            {
                PartitionId = partition,
                Offset = reader.GetInt64(0),
                Segment = reader.GetInt32(1),
                TenantId = reader.GetInt32(2),
                Kind = (LogEntryKind)reader.GetInt16(3),
                EventCount = reader.GetInt32(4),
                ReceivedUnixNano = reader.GetInt64(5),
                Payload = await reader.GetFieldValueAsync<byte[]>(6, cancellationToken),
            };
            entries.Add(entry);
            bytes += entry.Payload.Length;
        }
        _ends[partition] = entries is [.., var last] ? (last.Offset, last.Segment) : (afterOffset, segment);
        return entries;
    }

    private static async Task<int> SegmentAsync(NpgsqlConnection connection, int partition, long offset, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Segment, connection)
        {
            Parameters = { new() { Value = partition }, new() { Value = offset } },
        };
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}

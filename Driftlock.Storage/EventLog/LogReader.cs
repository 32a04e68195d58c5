using System.Collections.Concurrent;
using System.Data;
using Driftlock.Storage.Model;
using Npgsql;

namespace Driftlock.Storage.EventLog;

/// <summary>
/// Reads entries by offset out of a table that is partitioned by segment, one segment at a time: segments rise with the offsets, so what the
/// present one has is all read before the next. A read touches the one partition that holds it; only where that has no more the others
/// are asked, and only if the head says that there is more.
/// </summary>
internal sealed class LogReader(NpgsqlDataSource dataSource)
{
    // One segment and not a range of them: for a range the planner may sort all that is left of the log instead of merging.
    private const string Entries =
        """
        SELECT "offset", tenant_id, kind, event_count, received_unix_nano, payload FROM log_entries
        WHERE partition_id = $1 AND "offset" > $2 AND segment = $3 ORDER BY "offset" LIMIT $4
        """;

    /// <summary>Segment of the next entry; no row where the log ends.</summary>
    private const string Next =
        """
        SELECT (SELECT e.segment FROM log_entries e WHERE e.partition_id = p.id
          AND e."offset" = (SELECT min(n."offset") FROM log_entries n WHERE n.partition_id = $1 AND n."offset" > $2) LIMIT 1)
        FROM log_partitions p WHERE p.id = $1 AND p.head_offset > $2
        """;

    /// <summary>By partition of the log, the segment where the last read ended: what comes after the offset lies in it or in a later one.</summary>
    private readonly ConcurrentDictionary<int, (long Offset, int Segment)> _ends = new();

    /// <summary>As <see cref="IEventLog.ReadAsync"/>.</summary>
    public async Task<IReadOnlyList<LogEntry>> ReadAsync(
        int partition, long afterOffset, int maxEntries, int maxBytes, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (_ends.TryGetValue(partition, out var end) && end.Offset <= afterOffset
            && await ReadAsync(connection, partition, end.Segment, afterOffset, maxEntries, maxBytes, cancellationToken) is [_, ..] entries)
        {
            return entries;
        }
        return await NextAsync(connection, partition, afterOffset, cancellationToken) is { } segment
            ? await ReadAsync(connection, partition, segment, afterOffset, maxEntries, maxBytes, cancellationToken)
            : [];
    }

    private async Task<IReadOnlyList<LogEntry>> ReadAsync(
        NpgsqlConnection connection, int partition, int segment, long afterOffset, int maxEntries, int maxBytes, CancellationToken cancellationToken)
    {
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
                Segment = segment,
                TenantId = reader.GetInt32(1),
                Kind = (LogEntryKind)reader.GetInt16(2),
                EventCount = reader.GetInt32(3),
                ReceivedUnixNano = reader.GetInt64(4),
                Payload = await reader.GetFieldValueAsync<byte[]>(5, cancellationToken),
            };
            entries.Add(entry);
            bytes += entry.Payload.Length;
        }
        if (entries is [.., var last]) _ends[partition] = (last.Offset, segment);
        return entries;
    }

    private static async Task<int?> NextAsync(NpgsqlConnection connection, int partition, long afterOffset, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Next, connection)
        {
            Parameters = { new() { Value = partition }, new() { Value = afterOffset } },
        };
        await command.PrepareAsync(cancellationToken);
        return await command.ExecuteScalarAsync(cancellationToken) as int?;
    }
}

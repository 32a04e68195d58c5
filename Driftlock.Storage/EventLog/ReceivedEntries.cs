using System.Data;
using Driftlock.Storage.Model;
using Npgsql;

namespace Driftlock.Storage.EventLog;

/// <summary>
/// A tenant's events in the event log by the time of their receipt. The log has no index over times and needs none: receipts rise with the
/// offsets, but for the seconds by which clocks and queues of several Apis differ, so halving finds a place in a partition with one look-up by key a step.
/// </summary>
public sealed class ReceivedEntries(NpgsqlDataSource dataSource)
{
    // Scalar subqueries, because a join might be planned as a scan of the log.
    private const string Places =
        """
        WITH RECURSIVE ends AS (
          SELECT p.id,
            (SELECT min(e."offset") FROM log_entries e WHERE e.partition_id = p.id AND e.segment BETWEEN $3 AND $4) AS first,
            (SELECT max(e."offset") FROM log_entries e WHERE e.partition_id = p.id AND e.segment BETWEEN $3 AND $4) AS last
          FROM log_partitions p WHERE $1::int IS NULL OR p.id = $1),
        halves AS (
          SELECT ends.id, times.received, ends.first AS low, ends.last + 1 AS high FROM ends CROSS JOIN unnest($2::bigint[]) AS times(received) WHERE ends.first IS NOT NULL
          UNION ALL
          SELECT id, received, CASE WHEN is_before THEN middle + 1 ELSE low END, CASE WHEN is_before THEN high ELSE middle END FROM (
            SELECT h.*, (h.low + h.high) / 2 AS middle, coalesce((SELECT e.received_unix_nano FROM log_entries e
              WHERE e.partition_id = h.id AND e."offset" = (h.low + h.high) / 2 AND e.segment BETWEEN $3 AND $4) < h.received, false) AS is_before
            FROM halves h WHERE h.low < h.high OFFSET 0) step)
        SELECT id, received, low, low > 1 AND (SELECT count(*) FROM log_entries e WHERE e.partition_id = halves.id AND e."offset" = halves.low - 1) = 0
        FROM halves WHERE low = high
        """;

    // The newest first, and at most so many: what is left out is the farthest back.
    private const string Entries =
        """
        SELECT "offset", segment, received_unix_nano, event_count, payload FROM log_entries
        WHERE partition_id = $1 AND "offset" >= $2 AND "offset" < $3 AND segment BETWEEN $4 AND $5 AND tenant_id = $6 AND kind = $7
        ORDER BY "offset" DESC LIMIT $8
        """;

    /// <summary>In each partition that has any entry in the segments, the offset of the first that was received at one of the times or later.</summary>
    /// <param name="partition">Only this one; null: all.</param>
    /// <param name="receivedUnixNano">The times.</param>
    /// <param name="segments">Where to look.</param>
    public async Task<IReadOnlyList<LogPlace>> FindAsync(int? partition, IReadOnlyCollection<long> receivedUnixNano, SegmentRange segments, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Places, connection)
        {
            Parameters =
            {
                new() { Value = (object?)partition ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer }, new() { Value = receivedUnixNano.Distinct().ToArray() },
                new() { Value = segments.First }, new() { Value = segments.Last },
            },
        };
        var places = new List<LogPlace>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) places.Add(new LogPlace(reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetBoolean(3)));
        return places;
    }

    /// <summary>
    /// Entries of the tenant's events with offsets from <paramref name="from"/> to before <paramref name="to"/>, the newest first: at most
    /// <paramref name="maxEntries"/>, and no further one once <paramref name="maxBytes"/> of payload are reached.
    /// </summary>
    public async Task<IReadOnlyList<LogEntry>> ReadAsync(
        int tenant, int partition, long from, long to, SegmentRange segments, int maxEntries, long maxBytes, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Entries, connection)
        {
            Parameters =
            {
                new() { Value = partition }, new() { Value = from }, new() { Value = to }, new() { Value = segments.First }, new() { Value = segments.Last },
                new() { Value = tenant }, new() { Value = (short)LogEntryKind.Events }, new() { Value = maxEntries },
            },
        };
        await command.PrepareAsync(cancellationToken);
        var entries = new List<LogEntry>();
        var bytes = 0L;
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
        while (bytes < maxBytes && await reader.ReadAsync(cancellationToken))
        {
            var entry = new LogEntry
            {
                PartitionId = partition,
                Offset = reader.GetInt64(0),
                Segment = reader.GetInt32(1),
                TenantId = tenant,
                Kind = LogEntryKind.Events,
                ReceivedUnixNano = reader.GetInt64(2),
                EventCount = reader.GetInt32(3),
                Payload = await reader.GetFieldValueAsync<byte[]>(4, cancellationToken),
            };
            entries.Add(entry);
            bytes += entry.Payload.Length;
        }
        return entries;
    }
}

/// <param name="First">Of the segments.</param>
/// <param name="Last">Of the segments; it is one of them.</param>
public readonly record struct SegmentRange(int First, int Last)
{
    public static SegmentRange All { get; } = new(int.MinValue, int.MaxValue);

    /// <summary>The range that holds both.</summary>
    public SegmentRange With(SegmentRange other) => new(Math.Min(First, other.First), Math.Max(Last, other.Last));
}

/// <param name="Partition">Of the log.</param>
/// <param name="ReceivedUnixNano">The time that was asked for.</param>
/// <param name="Offset">Of the first entry that was received then or later.</param>
/// <param name="IsBeginning">The entries before it were dropped: some of them may have been received then, too.</param>
public readonly record struct LogPlace(int Partition, long ReceivedUnixNano, long Offset, bool IsBeginning);

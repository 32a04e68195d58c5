using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Driftlock.Storage.EventLog;

/// <summary>
/// One transaction for many requests. Order within: hashes of requests (sorted), heads of partitions (sorted) with the notification, which
/// is delivered by the commit, and entries. One round trip each, by prepared statements: the single writer waits for each. Everything is locked in sorted order, so that two of these, in one process or in many, cannot block each other.
/// </summary>
internal static class AppendTransaction
{
    public static async Task<AppendOutcome[]> RunAsync(
        NpgsqlDataSource dataSource, IReadOnlyList<AppendRequest> requests, DateTimeOffset now, TimeSpan limit, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        // The limit of other statements is not meant for a COPY, which lasts as long as its data comes: an append has its own.
        // And what is acknowledged is on disk, also where the server, the database or the role would not wait for that.
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            SELECT set_config('statement_timeout', $1, true), set_config('synchronous_commit', replace(current_setting('synchronous_commit'), 'off', 'on'), true)
            """)
        {
            Parameters = { new() { Value = ((long)limit.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) } },
        });
        var outcomes = await RegisterHashesAsync(batch, requests, now, cancellationToken);
        var fresh = requests.Where((_, i) => outcomes[i] == AppendOutcome.Appended).ToList();
        if (fresh.Exists(request => request.Entries.Count > 0)) await AppendEntriesAsync(connection, fresh, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return outcomes;
    }

    /// <summary>Appends one request's entries in the transaction that the connection has open.</summary>
    /// <returns>The offsets that they got, in their order.</returns>
    public static async Task<long[]> AppendAsync(NpgsqlConnection connection, AppendRequest request, CancellationToken cancellationToken)
    {
        var heads = await AppendEntriesAsync(connection, [request], cancellationToken);
        return [.. request.Entries.Select(entry => heads[entry.Partition].Last)];
    }

    /// <summary>Runs the batch, with the hashes as its last command.</summary>
    private static async Task<AppendOutcome[]> RegisterHashesAsync(
        NpgsqlBatch batch, IReadOnlyList<AppendRequest> requests, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var outcomes = new AppendOutcome[requests.Count];
        Array.Fill(outcomes, AppendOutcome.Appended);
        var firstOf = new Dictionary<(int, string), int>();
        for (var i = 0; i < requests.Count; i++)
        {
            if (requests[i].ContentHash.Length == 0) continue;
            if (!firstOf.TryAdd(KeyOf(requests[i]), i)) outcomes[i] = AppendOutcome.Repeated;
        }
        var indexes = firstOf.Values.ToArray();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            INSERT INTO ingest_requests (tenant_id, content_hash, received_at)
            SELECT t, h, $3 FROM unnest($1::int[], $2::bytea[]) AS r(t, h) ORDER BY t, h
            ON CONFLICT DO NOTHING RETURNING tenant_id, content_hash
            """)
        {
            Parameters =
            {
                new() { Value = Array.ConvertAll(indexes, i => requests[i].TenantId) },
                new() { Value = Array.ConvertAll(indexes, i => requests[i].ContentHash) },
                new() { Value = now.UtcDateTime },
            },
        });
        await batch.PrepareAsync(cancellationToken);
        var registered = new HashSet<(int, string)>();
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                registered.Add((reader.GetInt32(0), Convert.ToHexString(reader.GetFieldValue<byte[]>(1))));
            }
        }
        foreach (var (key, i) in firstOf)
        {
            if (!registered.Contains(key)) outcomes[i] = AppendOutcome.Repeated;
        }
        return outcomes;
    }

    private static (int, string) KeyOf(AppendRequest request) => (request.TenantId, Convert.ToHexString(request.ContentHash));

    /// <returns>The head of each partition that grew.</returns>
    private static async Task<Dictionary<int, (long Last, int Segment)>> AppendEntriesAsync(
        NpgsqlConnection connection, List<AppendRequest> requests, CancellationToken cancellationToken)
    {
        var heads = await TakeOffsetsAsync(connection, requests, cancellationToken);
        await using (var writer = await connection.BeginBinaryImportAsync(
            """
            COPY log_entries (partition_id, "offset", segment, tenant_id, kind, event_count, received_unix_nano, payload) FROM STDIN (FORMAT BINARY)
            """, cancellationToken))
        {
            foreach (var request in requests)
            {
                foreach (var entry in request.Entries)
                {
                    var (last, segment) = heads[entry.Partition];
                    heads[entry.Partition] = (last + 1, segment);
                    await writer.StartRowAsync(cancellationToken);
                    await writer.WriteAsync(entry.Partition, NpgsqlDbType.Integer, cancellationToken);
                    await writer.WriteAsync(last + 1, NpgsqlDbType.Bigint, cancellationToken);
                    await writer.WriteAsync(segment, NpgsqlDbType.Integer, cancellationToken);
                    await writer.WriteAsync(request.TenantId, NpgsqlDbType.Integer, cancellationToken);
                    await writer.WriteAsync((short)entry.Kind, NpgsqlDbType.Smallint, cancellationToken);
                    await writer.WriteAsync(entry.EventCount, NpgsqlDbType.Integer, cancellationToken);
                    await writer.WriteAsync(request.ReceivedUnixNano, NpgsqlDbType.Bigint, cancellationToken);
                    await writer.WriteAsync(entry.Payload, NpgsqlDbType.Bytea, cancellationToken);
                }
            }
            await writer.CompleteAsync(cancellationToken);
        }
        return heads;
    }

    /// <summary>The offset before the first one that may be used, and the segment, by partition; whoever listens is told of them by the commit.</summary>
    private static async Task<Dictionary<int, (long Last, int Segment)>> TakeOffsetsAsync(
        NpgsqlConnection connection, List<AppendRequest> requests, CancellationToken cancellationToken)
    {
        var counts = requests.SelectMany(request => request.Entries).CountBy(entry => entry.Partition).ToDictionary();
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            WITH wanted AS (SELECT p, c FROM unnest($1::int[], $2::bigint[]) AS w(p, c)),
                 locked AS (SELECT id FROM log_partitions WHERE id = ANY($1) ORDER BY id FOR UPDATE)
            UPDATE log_partitions SET head_offset = head_offset + wanted.c,
              segment = greatest(segment, (now() AT TIME ZONE 'UTC')::date - date '1970-01-01')
            FROM wanted JOIN locked ON locked.id = wanted.p
            WHERE log_partitions.id = wanted.p RETURNING log_partitions.id, head_offset - wanted.c, segment
            """)
        {
            Parameters = { new() { Value = counts.Keys.ToArray() }, new() { Value = counts.Values.Select(count => (long)count).ToArray() } },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT pg_notify($1, $2)")
        {
            Parameters = { new() { Value = LogNotification.Channel }, new() { Value = string.Join(',', counts.Keys.Order()) } },
        });
        await batch.PrepareAsync(cancellationToken);
        var heads = new Dictionary<int, (long, int)>();
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) heads[reader.GetInt32(0)] = (reader.GetInt64(1), reader.GetInt32(2));
        if (heads.Count != counts.Count) throw new InvalidOperationException("an entry names a partition that does not exist");
        return heads;
    }
}

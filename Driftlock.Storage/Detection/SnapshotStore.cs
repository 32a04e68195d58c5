using Driftlock.Cbad.Events;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;
using Npgsql;

namespace Driftlock.Storage.Detection;

/// <summary>Engine state at intervals, so that a new owner of a partition replays little of its log.</summary>
public sealed class SnapshotStore(NpgsqlDataSource dataSource)
{
    /// <summary>The newest snapshot of a partition by this version of the engine; null where there is none.</summary>
    public async Task<Snapshot?> ReadAsync(int partition, string engine, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            """SELECT stream_id, "offset", state FROM engine_snapshots WHERE partition_id = $1 AND engine = $2 ORDER BY stream_id""",
            connection)
        {
            Parameters = { new() { Value = partition }, new() { Value = engine } },
        };
        var streams = new Dictionary<StreamId, byte[]>();
        byte[]? budgets = null;
        long offset = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var stream = reader.GetInt64(0);
            var state = EventPayload.Decompress(reader.GetFieldValue<byte[]>(2));
            if (stream == EngineSnapshot.Budgets) (budgets, offset) = (state, reader.GetInt64(1));
            else streams[new StreamId((ulong)stream)] = state;
        }
        return budgets is null ? null : new Snapshot(engine, budgets, streams) { Offset = offset };
    }

    /// <summary>
    /// Where an engine begins that cannot read the state of the version before it, and whose log is no longer whole: at the oldest entry that
    /// is kept, under the configuration in force there. Null where the log is whole, or where nothing shows that the state was ever saved.
    /// </summary>
    /// <returns>The offset before the oldest entry, and the settings of each tenant there as JSON; those of tenant 0 hold for all that have none.</returns>
    public async Task<(long Offset, IReadOnlyList<(int Tenant, string Settings)> Settings)?> RelearningFromAsync(int partition, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var begin = new NpgsqlCommand(
            """
            SELECT coalesce(kept.first - 1, s."offset") FROM engine_snapshots s
            CROSS JOIN LATERAL (SELECT min("offset") AS first FROM log_entries WHERE partition_id = s.partition_id) kept
            WHERE s.partition_id = $1 AND s.stream_id = $2 AND coalesce(kept.first, s."offset" + 1) > 1 AND s."offset" >= coalesce(kept.first - 1, s."offset")
            """, connection)
        {
            Parameters = { new() { Value = partition }, new() { Value = EngineSnapshot.Budgets } },
        };
        if (await begin.ExecuteScalarAsync(cancellationToken) is not long offset) return null;
        // Arrays begin at 1, partitions at 0.
        await using var command = new NpgsqlCommand(
            "SELECT DISTINCT ON (tenant_id) tenant_id, settings FROM tenant_settings WHERE offsets[$1 + 1] <= $2 ORDER BY tenant_id, version DESC", connection)
        {
            Parameters = { new() { Value = partition }, new() { Value = offset } },
        };
        var settings = new List<(int, string)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) settings.Add((reader.GetInt32(0), reader.GetString(1)));
        return (offset, settings);
    }

    /// <summary>The rows of a snapshot, compressed: to be called before the transaction, which it would keep open for seconds.</summary>
    internal static (long Id, byte[] State)[] RowsOf(Snapshot snapshot) =>
    [
        .. snapshot.Streams.Select(stream => (Id: (long)stream.Key.Value, State: stream.Value))
            .Append((Id: EngineSnapshot.Budgets, State: snapshot.Budgets)).OrderBy(row => row.Id).Select(row => (row.Id, EventPayload.Compress(row.State))),
    ];

    internal static async Task WriteAsync(
        NpgsqlConnection connection, int partition, long offset, string engine, (long Id, byte[] State)[] rows, CancellationToken cancellationToken)
    {
        await using var commands = new NpgsqlBatch(connection);
        // Rows of another engine version would mix with these.
        commands.BatchCommands.Add(new NpgsqlBatchCommand("DELETE FROM engine_snapshots WHERE partition_id = $1 AND engine <> $2")
        {
            Parameters = { new() { Value = partition }, new() { Value = engine } },
        });
        commands.BatchCommands.Add(new NpgsqlBatchCommand(
            """
            INSERT INTO engine_snapshots (partition_id, stream_id, "offset", engine, state)
            SELECT $1, s.id, $2, $3, s.state FROM unnest($4::bigint[], $5::bytea[]) AS s(id, state)
            ON CONFLICT (partition_id, stream_id) DO UPDATE SET "offset" = excluded."offset", engine = excluded.engine, state = excluded.state
            """)
        {
            Parameters =
            {
                new() { Value = partition },
                new() { Value = offset },
                new() { Value = engine },
                new() { Value = Array.ConvertAll(rows, row => row.Id) },
                new() { Value = Array.ConvertAll(rows, row => row.State) },
            },
        });
        await commands.ExecuteNonQueryAsync(cancellationToken);
    }
}

using Driftlock.Storage.Model;
using Npgsql;

namespace Driftlock.Storage.Upkeep;

/// <summary>Lets a day of the event log go once no detector can need it, and keeps the configuration that it holds.</summary>
internal static class EventLogRelease
{
    /// <returns>False while any entry of the day lies beyond the newest snapshot of its log partition: that state is rebuilt from it.</returns>
    public static async Task<bool> TryAsync(NpgsqlConnection connection, string partition, CancellationToken cancellationToken)
    {
        if (await IsNeededAsync(connection, partition, cancellationToken)) return false;
#pragma warning disable CA2100 // The name comes from the catalog, quoted.
        await using var keep = new NpgsqlCommand(
            $"""
            INSERT INTO kept_configurations (partition_id, "offset", payload)
            SELECT DISTINCT ON (partition_id) partition_id, "offset", payload FROM {partition} WHERE kind = $1 ORDER BY partition_id, "offset" DESC
            ON CONFLICT (partition_id) DO UPDATE SET "offset" = excluded."offset", payload = excluded.payload
            """, connection)
        {
            Parameters = { new() { Value = (short)LogEntryKind.Configuration } },
        };
#pragma warning restore CA2100
        await keep.ExecuteNonQueryAsync(cancellationToken);
        return true;
    }

    private static async Task<bool> IsNeededAsync(NpgsqlConnection connection, string partition, CancellationToken cancellationToken)
    {
        // Rows of single streams may be older than the row of the budgets: those streams have not changed since, so its offset counts.
#pragma warning disable CA2100 // The name comes from the catalog, quoted.
        await using var needed = new NpgsqlCommand(
            $"""
            SELECT EXISTS (
              SELECT FROM log_partitions p
              CROSS JOIN LATERAL (SELECT max(e."offset") AS "offset" FROM {partition} e WHERE e.partition_id = p.id) last
              LEFT JOIN engine_snapshots s ON s.partition_id = p.id AND s.stream_id = $1
              WHERE last."offset" > coalesce(s."offset", 0))
            """, connection)
        {
            Parameters = { new() { Value = EngineSnapshot.Budgets } },
        };
#pragma warning restore CA2100
        return (bool)(await needed.ExecuteScalarAsync(cancellationToken))!;
    }
}

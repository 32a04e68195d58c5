using Driftlock.Storage.Model;
using Npgsql;

namespace Driftlock.Storage.Upkeep;

/// <summary>Lets a day of the event log go once no detector can need it. What was configured in it is kept in tenant_settings.</summary>
internal static class EventLogRelease
{
    /// <returns>False while any entry of the day lies beyond the newest snapshot of its log partition: that state is rebuilt from it.</returns>
    public static async Task<bool> TryAsync(NpgsqlConnection connection, string partition, CancellationToken cancellationToken)
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
        return !(bool)(await needed.ExecuteScalarAsync(cancellationToken))!;
    }
}

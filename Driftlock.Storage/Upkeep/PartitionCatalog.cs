using System.Text.RegularExpressions;
using Npgsql;

namespace Driftlock.Storage.Upkeep;

/// <param name="Name">Quoted where it must be.</param>
/// <param name="From">First day; null where it has no lower bound.</param>
/// <param name="To">The day after the last.</param>
internal sealed record Partition(string Name, DateOnly? From, DateOnly To)
{
    public bool Covers(DateOnly start, DateOnly end) => (From is null || From <= start) && end <= To;
}

/// <summary>What the database has of a partitioned table, by its own catalog and clock.</summary>
/// <param name="Today">UTC.</param>
/// <param name="Partitions">Oldest first, without the default one.</param>
/// <param name="Strays">Days of rows that lie in the default partition.</param>
internal sealed partial record PartitionCatalog(DateOnly Today, IReadOnlyList<Partition> Partitions, IReadOnlyList<DateOnly> Strays)
{
    /// <summary>One run sees at most so many days of strays; the next sees the rest.</summary>
    private const int MostStrays = 1_000;

    /// <param name="connection">In a transaction whose time zone is UTC.</param>
    /// <param name="table">Whose partitions.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<PartitionCatalog> ReadAsync(NpgsqlConnection connection, PartitionedTable table, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Names and expressions of PartitionedTables.
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("SELECT now()::date"),
                new NpgsqlBatchCommand("SELECT i.inhrelid::regclass::text, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = $1::regclass")
                {
                    Parameters = { new() { Value = table.Name } },
                },
                new NpgsqlBatchCommand($"SELECT DISTINCT {table.Key.DayOf} FROM {table.Default} ORDER BY 1 LIMIT {MostStrays}"),
            },
        };
#pragma warning restore CA2100
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var today = reader.GetFieldValue<DateOnly>(0);
        await reader.NextResultAsync(cancellationToken);
        var partitions = new List<Partition>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (Range().Match(reader.GetString(1)) is not { Success: true } bound) continue;
            partitions.Add(new Partition(
                reader.GetString(0), bound.Groups["from"].Value is "MINVALUE" ? null : table.Key.Read(bound.Groups["from"].Value), table.Key.Read(bound.Groups["to"].Value)));
        }
        await reader.NextResultAsync(cancellationToken);
        var strays = new List<DateOnly>();
        while (await reader.ReadAsync(cancellationToken)) strays.Add(reader.GetFieldValue<DateOnly>(0));
        return new PartitionCatalog(today, [.. partitions.OrderBy(partition => partition.To)], strays);
    }

    [GeneratedRegex(@"^FOR VALUES FROM \((?<from>.+)\) TO \((?<to>.+)\)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Range();
}

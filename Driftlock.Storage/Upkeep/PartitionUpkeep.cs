using Npgsql;

namespace Driftlock.Storage.Upkeep;

/// <param name="Made">Names of partitions that were made.</param>
/// <param name="Moved">Rows that were found in a default partition and given one of their own.</param>
/// <param name="Dropped">Names of partitions that were dropped.</param>
/// <param name="Held">Names of partitions that are past retention and must stay for now.</param>
/// <param name="DaysApart">By which the database's date is ahead of this process's; negative: behind. One of them is wrong when it is more than a day.</param>
public sealed record UpkeepReport(IReadOnlyList<string> Made, long Moved, IReadOnlyList<string> Dropped, IReadOnlyList<string> Held, int DaysApart = 0);

/// <summary>
/// The one owner of partitions. Each is made or dropped in a transaction of its own under one advisory lock, so that any number of
/// processes may run this, and so that a lock on a table in use is held for milliseconds. Days are the database's, in UTC; but what is dropped
/// is past retention by this process's clock, too: one clock that runs years ahead must not be the end of what is kept.
/// </summary>
public sealed class PartitionUpkeep(NpgsqlDataSource dataSource, IReadOnlyList<PartitionedTable> tables, TimeProvider time)
{
    // Any fixed number: it names the lock.
    private const long UpkeepLock = 0x6472_6966_7402;

    /// <summary>Who waits for a lock makes others wait behind it: rather give up, and come again.</summary>
    private const string Limits = "SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '10min'; SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'";

    /// <summary>Makes the partitions of the days and months to come, and those of rows that lie in a default partition.</summary>
    /// <exception cref="PostgresException">55P03: a table was in use for too long; what is done is done, and the next run goes on.</exception>
    public async Task<UpkeepReport> MakeAheadAsync(CancellationToken cancellationToken)
    {
        var (made, moved) = (new List<string>(), 0L);
        foreach (var table in tables)
        {
            while (await StepAsync((connection, cancellation) => MakeNextAsync(connection, table, cancellation), cancellationToken) is { } step)
            {
                made.Add(step.Name);
                moved += step.Moved;
            }
        }
        return new UpkeepReport(made, moved, [], []);
    }

    /// <summary>Makes partitions ahead, then drops those past retention, oldest first.</summary>
    /// <exception cref="PostgresException">As of <see cref="MakeAheadAsync"/>.</exception>
    public async Task<UpkeepReport> RunAsync(CancellationToken cancellationToken)
    {
        var report = await MakeAheadAsync(cancellationToken);
        var (dropped, held, daysApart) = (new List<string>(), new List<string>(), 0);
        foreach (var table in tables)
        {
            while (await StepAsync((connection, cancellation) => DropNextAsync(connection, table, days => daysApart = days, cancellation), cancellationToken) is { } step)
            {
                (step.IsHeld ? held : dropped).Add(step.Name);
                // A hole in the middle of the log would be read over as if nothing were missing.
                if (step.IsHeld) break;
            }
        }
        return report with { Dropped = dropped, Held = held, DaysApart = daysApart };
    }

    private sealed record Step(string Name, long Moved = 0, bool IsHeld = false);

    private async Task<Step?> StepAsync(Func<NpgsqlConnection, CancellationToken, Task<Step?>> step, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, Limits, cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({UpkeepLock})", cancellationToken);
        var done = await step(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return done;
    }

    private static async Task<Step?> MakeNextAsync(NpgsqlConnection connection, PartitionedTable table, CancellationToken cancellationToken)
    {
        var catalog = await PartitionCatalog.ReadAsync(connection, table, cancellationToken);
        var missing = table.Ahead(catalog.Today).Concat(catalog.Strays.Select(table.StartOf))
            .Where(start => !catalog.Partitions.Any(partition => partition.Covers(start, table.EndOf(start))))
            .Cast<DateOnly?>().FirstOrDefault();
        if (missing is not { } start) return null;
        var (name, from, to) = (table.PartitionOf(start), table.Key.Write(start), table.Key.Write(table.EndOf(start)));
        // CREATE TABLE ... PARTITION OF would lock the whole table against reading; ATTACH locks the default partition alone.
        await ExecuteAsync(connection, $"CREATE TABLE {name} (LIKE {table.Name} INCLUDING ALL)", cancellationToken);
        await ExecuteAsync(connection, $"LOCK TABLE {table.Default} IN ACCESS EXCLUSIVE MODE", cancellationToken);
        var moved = await ExecuteAsync(
            connection,
            $"WITH moved AS (DELETE FROM {table.Default} WHERE {table.Key.Column} >= {from} AND {table.Key.Column} < {to} RETURNING *) INSERT INTO {name} SELECT * FROM moved",
            cancellationToken);
        await ExecuteAsync(connection, $"ALTER TABLE {table.Name} ATTACH PARTITION {name} FOR VALUES FROM ({from}) TO ({to})", cancellationToken);
        return new Step(name, moved);
    }

    private async Task<Step?> DropNextAsync(NpgsqlConnection connection, PartitionedTable table, Action<int> compareClocks, CancellationToken cancellationToken)
    {
        var catalog = await PartitionCatalog.ReadAsync(connection, table, cancellationToken);
        var here = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        compareClocks(catalog.Today.DayNumber - here.DayNumber);
        var today = catalog.Today < here ? catalog.Today : here;
        if (catalog.Partitions is not [var oldest, ..] || oldest.To > today.AddDays(-table.KeptDays)) return null;
        if (table.Release is { } release && !await release(connection, oldest.Name, cancellationToken)) return new Step(oldest.Name, IsHeld: true);
        await ExecuteAsync(connection, $"DROP TABLE {oldest.Name}", cancellationToken);
        return new Step(oldest.Name);
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Constants, names of PartitionedTables, names of the catalog.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

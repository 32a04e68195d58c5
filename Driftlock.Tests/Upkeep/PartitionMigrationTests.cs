using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace Driftlock.Tests.Upkeep;

/// <summary>A database of the version before becomes partitioned, and back, with all that is in it.</summary>
[Collection(StoreServer.Name)]
public sealed class PartitionMigrationTests(PostgresServer server)
{
    private const string Before = "Accounts";

    private const string Fill =
        """
        INSERT INTO log_partitions SELECT p, 500 FROM generate_series(0, 3) p;
        INSERT INTO log_entries (partition_id, "offset", tenant_id, kind, event_count, received_unix_nano, payload)
        SELECT p, o, 1 + p, CASE o WHEN 1 THEN 2 ELSE 1 END, o, o * 86400000000000, decode(md5(p || '-' || o), 'hex') FROM generate_series(0, 3) p, generate_series(1, 500) o;
        INSERT INTO anomalies (id, sequence, tenant_id, stream_id, signal, service, stream_name, severity, status, score, p_value, excess_bits, affected_share, why,
          costliest_line, event_count, first_event_time, last_event_time, detected_at, evidence_hash, evidence, is_sealed)
        SELECT '0-' || i || '-0', i, 1 + i % 2, i, 1, 's' || i % 5, 'n', 1 + i % 4, 1 + i % 3, i, 0.1, 1, 0.2, 'why ' || i, 'line', i, now(), now(),
          now() + (i - 250) * interval '2 days', md5(i::text), decode(md5(i::text), 'hex'), true FROM generate_series(1, 300) i;
        INSERT INTO stream_hours SELECT 1, date_trunc('hour', now()) - h * interval '1 hour', s, h, 1, 0 FROM generate_series(0, 2000) h, generate_series(1, 3) s;
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_row_of_the_version_before_is_there_afterwards_and_after_going_back()
    {
        await using var dataSource = NpgsqlDataSource.Create(await server.CreateDatabaseAsync(Cancellation));
        await using var database = Store.Context(dataSource);
        var migrator = database.GetService<IMigrator>();
        await migrator.MigrateAsync(Before, Cancellation);
        await dataSource.ExecuteAsync(Fill);
        var before = await ContentsAsync(dataSource);
        var indexes = await IndexesAsync(dataSource);

        await migrator.MigrateAsync(cancellationToken: Cancellation);
        await Store.Upkeep(dataSource).MakeAheadAsync(Cancellation);
        Assert.Equal(before, await ContentsAsync(dataSource));
        Assert.Equal(["0"], await dataSource.ColumnAsync("SELECT DISTINCT segment - ((now() AT TIME ZONE 'UTC')::date - date '1970-01-01') FROM log_entries"));
        Assert.Equal(["p", "p", "p"], await dataSource.ColumnAsync("SELECT relkind FROM pg_class WHERE relname IN ('log_entries', 'anomalies', 'stream_hours')"));
        Assert.Equal(0L, await dataSource.ScalarAsync<long>("SELECT count(*) FROM log_entries_default") + await dataSource.ScalarAsync<long>("SELECT count(*) FROM anomalies_default"));
        // What was there is kept for the full time from now on, and nothing goes before.
        Assert.Empty((await Store.Upkeep(dataSource).RunAsync(Cancellation)).Dropped);
        // A service of the version before may go on appending until it is replaced.
        await dataSource.ExecuteAsync("""INSERT INTO log_entries (partition_id, "offset", tenant_id, kind, event_count, received_unix_nano, payload) VALUES (0, 501, 1, 1, 0, 0, '')""");
        await dataSource.ExecuteAsync("""DELETE FROM log_entries WHERE "offset" = 501""");

        await migrator.MigrateAsync(Before, Cancellation);
        Assert.Equal(before, await ContentsAsync(dataSource));
        Assert.Equal(indexes, await IndexesAsync(dataSource));
        await migrator.MigrateAsync(cancellationToken: Cancellation);
        Assert.Equal(before, await ContentsAsync(dataSource));
    }

    /// <summary>Every value of every row, as the version before knew it.</summary>
    private static async Task<IReadOnlyList<string>> ContentsAsync(NpgsqlDataSource dataSource) =>
    [
        .. await dataSource.ColumnAsync("""SELECT (partition_id, "offset", tenant_id, kind, event_count, received_unix_nano, payload)::text FROM log_entries ORDER BY partition_id, "offset" """),
        .. await dataSource.ColumnAsync("SELECT (to_jsonb(a) - ARRAY['trace_id', 'incident_id'])::text FROM anomalies a ORDER BY sequence"),
        .. await dataSource.ColumnAsync("SELECT (h.*)::text FROM stream_hours h ORDER BY hour, stream_id"),
        .. await dataSource.ColumnAsync("SELECT (id, head_offset)::text FROM log_partitions ORDER BY id"),
    ];

    private static Task<IReadOnlyList<string>> IndexesAsync(NpgsqlDataSource dataSource) =>
        dataSource.ColumnAsync("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexdef");
}

using System.Globalization;
using Driftlock.Storage.Upkeep;
using Driftlock.Tests.Faults;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Storage;
using Npgsql;

namespace Driftlock.Tests.Upkeep;

[Collection(StoreServer.Name)]
public sealed class PartitionUpkeepTests(PostgresServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Set_up_makes_a_week_of_the_log_and_two_months_of_the_others_ahead()
    {
        await using var store = await Store.CreateAsync(server);
        var today = await store.DataSource.ScalarAsync<DateOnly>("SELECT (now() AT TIME ZONE 'UTC')::date");
        Assert.Equal(
            [.. Enumerable.Range(0, 8).Select(day => today.AddDays(day).ToString("'log_entries_'yyyyMMdd", CultureInfo.InvariantCulture)), "log_entries_default"],
            await store.PartitionsAsync("log_entries"));
        foreach (var table in (string[])["anomalies", "stream_hours"])
        {
            Assert.Equal(
                [.. Enumerable.Range(0, 3).Select(month => table + today.AddMonths(month).ToString("'_'yyyyMM", CultureInfo.InvariantCulture)), table + "_default"],
                await store.PartitionsAsync(table));
        }
        Assert.Equal((0, 0L, 0), Counts(await store.UpkeepAsync()));
    }

    [Fact]
    public async Task Rows_without_a_partition_are_read_from_the_default_one_and_given_their_own_at_the_next_run()
    {
        await using var store = await Store.CreateAsync(server);
        for (byte i = 0; i < 5; i++) await store.AppendAsync(0, i);
        await store.AgeLogAsync(3);
        Assert.Equal(5L + Store.Partitions, await store.DataSource.ScalarAsync<long>("SELECT count(*) FROM log_entries_default"));
        Assert.Equal([2, 3, 4, 5, 6], await OffsetsAsync(store, 1));
        var report = await store.UpkeepAsync();
        Assert.Equal((1, 5L + Store.Partitions, 0), Counts(report));
        Assert.Equal(5L + Store.Partitions, await store.DataSource.ScalarAsync<long>($"SELECT count(*) FROM {report.Made[0]}"));
        Assert.Equal(0L, await store.DataSource.ScalarAsync<long>("SELECT count(*) FROM log_entries_default"));
        Assert.Equal([2, 3, 4, 5, 6], await OffsetsAsync(store, 1));
        await store.AppendAsync(0, 5);
        Assert.Equal([2, 3, 4, 5, 6, 7], await OffsetsAsync(store, 1));
    }

    [Fact]
    public async Task A_day_of_the_log_goes_when_it_is_past_retention_and_every_partition_has_a_snapshot_beyond_it()
    {
        await using var store = await Store.CreateAsync(server);
        for (byte i = 0; i < 5; i++) await store.AppendAsync(0, i);
        await store.SnapshotAllAsync();
        await store.AppendAsync(1, 9);
        await store.AgeLogAsync(15);
        await store.AppendAsync(0, 5);

        // Of partition 1 an entry is not in any snapshot yet.
        var held = await store.UpkeepAsync();
        Assert.Empty(held.Dropped);
        Assert.Equal(held.Made, held.Held);
        Assert.Equal([2, 3, 4, 5, 6, 7], await OffsetsAsync(store, 1));

        await store.SnapshotAllAsync();
        Assert.Equal((0, 0L, 0), Counts(await store.UpkeepAsync(new RetentionOptions { LogDays = 16 })));
        Assert.Equal(held.Held, (await store.UpkeepAsync()).Dropped);
        Assert.Equal([7], await OffsetsAsync(store, 6));
        Assert.Equal(1L, await store.DataSource.ScalarAsync<long>("SELECT count(*) FROM log_entries"));
    }

    [Fact]
    public async Task A_day_that_must_stay_keeps_the_later_ones_so_that_the_log_has_no_hole()
    {
        await using var store = await Store.CreateAsync(server);
        await store.AgeLogAsync(1);
        await store.AppendAsync(0, 1);
        await store.AgeLogAsync(20);
        await store.DataSource.ExecuteAsync("""INSERT INTO engine_snapshots (partition_id, stream_id, "offset", engine, state) VALUES (0, 0, 2, 'an engine', '')""");
        var report = await store.UpkeepAsync();
        // The later day holds entries of partition 0 alone, which has its snapshot; the earlier one holds some of all.
        Assert.Equal((2, 0), (report.Made.Count, report.Dropped.Count));
        Assert.Equal(report.Made[0], Assert.Single(report.Held));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_puts_no_entry_before_older_ones()
    {
        await using var store = await Store.CreateAsync(server);
        await store.AppendAsync(0, 1);
        await store.DataSource.ExecuteAsync("UPDATE log_entries SET segment = segment + 2 WHERE partition_id = 0; UPDATE log_partitions SET segment = segment + 2 WHERE id = 0");
        await store.AppendAsync(0, 2);
        await store.AppendAsync(1, 3);
        Assert.Equal(
            ["2", "2", "2", "0", "0"],
            await store.DataSource.ColumnAsync(
                """SELECT segment - ((now() AT TIME ZONE 'UTC')::date - date '1970-01-01') FROM log_entries WHERE partition_id < 2 ORDER BY partition_id, "offset" """));
        Assert.Equal([2, 3], await OffsetsAsync(store, 1));
    }

    [Fact]
    public async Task Anomalies_past_retention_go_and_their_links_in_the_chain_stay()
    {
        await using var store = await Store.CreateAsync(server);
        await store.DataSource.ExecuteAsync(
            """
            INSERT INTO anomalies (id, sequence, tenant_id, stream_id, signal, service, stream_name, severity, status, score, p_value, excess_bits, affected_share, why,
              costliest_line, event_count, first_event_time, last_event_time, detected_at, evidence_hash, evidence, is_sealed)
            SELECT '0-' || i || '-0', i, 1, 1, 1, '', '', 1, 1, 0, 0, 0, 0, '', '', 1, now(), now(), now() - i * interval '100 days', '', '', false FROM generate_series(1, 6) i;
            INSERT INTO evidence_chain (tenant_id, position, anomaly_id, content_hash, previous_hash, hash, key_id, signature, bundle_signature)
            SELECT tenant_id, sequence, id, '', '', '', '', '', '' FROM anomalies
            """);
        Assert.NotEmpty((await store.UpkeepAsync()).Dropped);
        // A month goes when all of it is past: its first days are kept up to a month longer.
        Assert.Contains(await store.DataSource.ScalarAsync<long>("SELECT count(*) FROM anomalies"), (long[])[3, 4]);
        Assert.Equal(6L, await store.DataSource.ScalarAsync<long>("SELECT count(*) FROM evidence_chain"));
    }

    [Fact]
    public async Task A_clock_that_runs_years_ahead_drops_nothing_while_the_other_does_not_agree()
    {
        await using var store = await Store.CreateAsync(server);
        await store.SnapshotAllAsync();
        await ShiftedClock.InstallAsync(store.DataSource);
        var years = TimeSpan.FromDays(1_000);
        // Sessions find the wrong clock from their beginning on.
        store.DataSource.Clear();
        await ShiftedClock.ShiftAsync(store.DataSource, years);
        var theirs = await store.UpkeepAsync();
        Assert.Equal((0, 1_000), (theirs.Dropped.Count, theirs.DaysApart));
        await ShiftedClock.ShiftAsync(store.DataSource, TimeSpan.Zero);
        var ours = await Store.Upkeep(store.DataSource, time: new Ahead(years)).RunAsync(Cancellation);
        Assert.Equal((0, -1_000), (ours.Dropped.Count, ours.DaysApart));
        await ShiftedClock.ShiftAsync(store.DataSource, years);
        Assert.NotEmpty((await Store.Upkeep(store.DataSource, time: new Ahead(years)).RunAsync(Cancellation)).Dropped);
    }

    [Fact]
    public async Task Many_that_run_at_once_do_it_once()
    {
        await using var store = await Store.CreateAsync(server);
        await store.SnapshotAllAsync();
        await store.AgeLogAsync(15);
        var reports = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => store.UpkeepAsync()));
        Assert.Single(reports.SelectMany(report => report.Made));
        Assert.Single(reports.SelectMany(report => report.Dropped));
    }

    [Fact]
    public async Task Where_a_table_is_in_use_for_long_it_gives_up_without_a_change_and_the_next_run_does_it()
    {
        await using var store = await Store.CreateAsync(server);
        await store.SnapshotAllAsync();
        await store.AgeLogAsync(15);
        await using (var connection = await store.DataSource.OpenConnectionAsync(Cancellation))
        await using (var transaction = await connection.BeginTransactionAsync(Cancellation))
        {
            // As pg_dump holds it.
            await using var read = new NpgsqlCommand("LOCK TABLE log_entries, log_entries_default IN ACCESS SHARE MODE", connection);
            await read.ExecuteNonQueryAsync(Cancellation);
            Assert.Equal(PostgresErrorCodes.LockNotAvailable, (await Assert.ThrowsAsync<PostgresException>(() => store.UpkeepAsync())).SqlState);
            await store.AppendAsync(0, 1);
        }
        Assert.Single((await store.UpkeepAsync()).Dropped);
        Assert.Equal([2], await OffsetsAsync(store, 1));
    }

    private static (int Made, long Moved, int Dropped) Counts(UpkeepReport report) => (report.Made.Count, report.Moved, report.Dropped.Count);

    /// <summary>Of partition 0, read to the end as a detector does.</summary>
    private static async Task<IReadOnlyList<long>> OffsetsAsync(Store store, long after)
    {
        using var log = store.OpenLog();
        var offsets = new List<long>();
        while (await log.ReadAsync(0, offsets is [.., var last] ? last : after, 100, int.MaxValue, Cancellation) is [_, ..] entries)
        {
            offsets.AddRange(entries.Select(entry => entry.Offset));
        }
        return offsets;
    }

    private sealed class Ahead(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}

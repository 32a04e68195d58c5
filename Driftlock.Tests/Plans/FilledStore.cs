using System.Text;
using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Storage.EventLog;
using Driftlock.Tests.Api;
using Driftlock.Tests.Storage;
using Npgsql;

namespace Driftlock.Tests.Plans;

/// <summary>
/// A store as a busy deployment has it after a year: 2 million log entries of 14 days, 300,000 anomalies of 13 months and 200 services (two
/// thirds of the first tenant) in 20,000 incidents, 50,000 streams, 500,000 hashes of requests, 100,000 audit entries of the first tenant, 60,000
/// deliveries of alerts, 40,000 chunks of exports, 5,000 keys and 20,000 sessions.
/// </summary>
internal static class FilledStore
{
    /// <summary>An anomaly with evidence that can be opened, half a year old.</summary>
    public const string Anomaly = "0-150000-0";

    /// <summary>Where the log still holds the window of <see cref="Anomaly"/>, among entries that nobody can read.</summary>
    private const int WindowOffset = 100_000;

    private const string Log =
        """
        DO $do$
        DECLARE today date := (now() AT TIME ZONE 'UTC')::date;
        BEGIN
          FOR back IN 1..13 LOOP
            EXECUTE format('CREATE TABLE log_entries_%s PARTITION OF log_entries FOR VALUES FROM (%s) TO (%s)',
              to_char(today - back, 'YYYYMMDD'), today - back - date '1970-01-01', today - back - date '1970-01-01' + 1);
          END LOOP;
          FOR back IN 1..13 LOOP
            EXECUTE format('CREATE TABLE anomalies_%s PARTITION OF anomalies FOR VALUES FROM (%L) TO (%L)',
              to_char(today - back * interval '1 month', 'YYYYMM'), date_trunc('month', today - back * interval '1 month')::date || ' 00:00:00+00',
              date_trunc('month', today - (back - 1) * interval '1 month')::date || ' 00:00:00+00');
          END LOOP;
        END $do$;
        INSERT INTO log_entries (partition_id, "offset", segment, tenant_id, kind, event_count, received_unix_nano, payload)
        SELECT p, o, (now() AT TIME ZONE 'UTC')::date - date '1970-01-01' - 13 + (o * 14 / 125001), 1 + p % 2, 1, 50, o * 1000000000::bigint, decode(repeat(md5(o::text), 6), 'hex')
        FROM generate_series(2, 125000) o, generate_series(0, 15) p;
        UPDATE log_partitions SET head_offset = 125000;
        UPDATE partition_leases SET committed_offset = 125000 - 40;
        INSERT INTO engine_snapshots SELECT p, s, 125000 - 100, 'an engine', decode(repeat(md5(s::text), 100), 'hex') FROM generate_series(0, 15) p, generate_series(0, 500) s;
        INSERT INTO ingest_requests SELECT 1 + i % 2, sha256(i::text::bytea), now() - i * interval '2 milliseconds' FROM generate_series(1, 500000) i;
        """;

    public static async Task FillAsync(NpgsqlDataSource dataSource)
    {
        foreach (var sql in (string[])[Log, .. FilledResults.Statements, .. FilledRecords.Statements]) await dataSource.ExecuteAsync(sql);
        var found = ApiDatabase.TracedEvidence.Value;
        found = found with { Position = new EvidencePosition(0, WindowOffset, 0) };
        var block = new ByteBuffer();
        EventBlock.Write(block, Signal.Logs, Encoding.UTF8.GetBytes(found.Stream.Service), Encoding.UTF8.GetBytes(found.Stream.Name), default, 0, found.Window.Events, found.Window.EventCount);
        await using var window = dataSource.CreateCommand("""UPDATE log_entries SET payload = $1 WHERE partition_id = 0 AND "offset" = $2""");
        window.Parameters.Add(new() { Value = EventPayload.Compress(block.Written) });
        window.Parameters.Add(new() { Value = (long)WindowOffset });
        Assert.Equal(1, await window.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        await using var evidence = dataSource.CreateCommand("UPDATE anomalies SET evidence = $1, tenant_id = 1, service = 'service-7' WHERE id = $2");
        evidence.Parameters.Add(new() { Value = EventPayload.Compress(EvidenceJson.Write(found)) });
        evidence.Parameters.Add(new() { Value = Anomaly });
        Assert.Equal(1, await evidence.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        await Store.Upkeep(dataSource).MakeAheadAsync(TestContext.Current.CancellationToken);
        await dataSource.ExecuteAsync("VACUUM (ANALYZE)");
    }
}

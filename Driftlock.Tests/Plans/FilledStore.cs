using Driftlock.Storage.EventLog;
using Driftlock.Tests.Api;
using Driftlock.Tests.Storage;
using Npgsql;

namespace Driftlock.Tests.Plans;

/// <summary>
/// A store as a busy deployment has it after a year: 2 million log entries of 14 days, 300,000 anomalies of 13 months and 200 services (two
/// thirds of the first tenant), 50,000 streams, 500,000 hashes of requests.
/// </summary>
internal static class FilledStore
{
    /// <summary>An anomaly with evidence that can be opened, half a year old.</summary>
    public const string Anomaly = "0-150000-0";

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

    private const string Results =
        """
        INSERT INTO anomalies (id, sequence, tenant_id, stream_id, signal, service, stream_name, severity, status, score, p_value, excess_bits, affected_share, why,
          costliest_line, event_count, first_event_time, last_event_time, detected_at, evidence_hash, evidence, is_sealed)
        SELECT i % 16 || '-' || i || '-0', i, CASE WHEN i % 3 = 0 THEN 2 ELSE 1 END, i % 5000, 1 + i / 3 % 3, 'service-' || i % 200, 'scope-' || i % 5000,
          CASE WHEN i % 100 = 0 THEN 4 ELSE 1 + i % 3 END, CASE WHEN i % 50 < 3 THEN 1 + i % 2 ELSE 3 + i % 2 END, i % 100, 0.001 * (i % 10), 200, 0.02,
          'the line ' || md5(i::text) || ' has never been seen in this stream', 'error: ' || md5((i * 7)::text) || ' while writing to disk', 50,
          t, t + interval '1 minute', t + interval '2 minutes', md5(i::text), decode(repeat(md5(i::text), 132), 'hex'), false
        FROM (SELECT i, now() - (300000 - i) * interval '112 seconds' AS t FROM generate_series(1, 300000) i) a;
        SELECT setval('anomaly_sequence', 300000);
        INSERT INTO evidence_chain SELECT tenant_id, row_number() OVER (PARTITION BY tenant_id ORDER BY sequence), id, md5(id), md5(id), md5(id), 'key', '\x00', '\x00' FROM anomalies;
        INSERT INTO streams SELECT s, 1 + s % 2, 1 + s % 3, 'service-' || s % 200, 'scope-' || s, s % 16, now(), now(), 1000, 20, 1, 0, 5, s % 10 FROM generate_series(1, 50000) s;
        INSERT INTO stream_hours SELECT 1 + s % 2, date_trunc('hour', now()) - h * interval '1 hour', s, 500, 10, 0 FROM generate_series(0, 719) h, generate_series(1, 1000) s;
        """;

    public static async Task FillAsync(NpgsqlDataSource dataSource)
    {
        await dataSource.ExecuteAsync(Log);
        await dataSource.ExecuteAsync(Results);
        await using var evidence = dataSource.CreateCommand("UPDATE anomalies SET evidence = $1, tenant_id = 1, service = 'service-7' WHERE id = $2");
        evidence.Parameters.Add(new() { Value = EventPayload.Compress(Driftlock.Cbad.EvidenceJson.Write(ApiDatabase.Evidence.Value)) });
        evidence.Parameters.Add(new() { Value = Anomaly });
        Assert.Equal(1, await evidence.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        await Store.Upkeep(dataSource).MakeAheadAsync(TestContext.Current.CancellationToken);
        await dataSource.ExecuteAsync("VACUUM (ANALYZE)");
    }
}

namespace Driftlock.Tests.Plans;

/// <summary>What detectors have found in the filled store.</summary>
internal static class FilledResults
{
    public static readonly string[] Statements =
    [
        // One in a hundred of the small tenants, of which the first fifty are of the tier that keeps the least.
        """
        INSERT INTO tenants (id, name, created_at, tier) SELECT t, 'tenant ' || t, now(), CASE WHEN t BETWEEN 3 AND 52 THEN 1 ELSE 0 END FROM generate_series(2, 102) t;
        INSERT INTO anomalies (id, sequence, tenant_id, stream_id, signal, service, stream_name, severity, status, score, p_value, excess_bits, affected_share, why,
          costliest_line, event_count, first_event_time, last_event_time, detected_at, evidence_hash, evidence, is_sealed, incident_id)
        SELECT i % 16 || '-' || i || '-0', i, CASE WHEN i % 100 = 1 THEN 3 + i / 100 % 100 WHEN i % 3 = 0 THEN 2 ELSE 1 END, i % 5000, 1 + i / 3 % 3, 'service-' || i % 200, 'scope-' || i % 5000,
          CASE WHEN i % 100 = 0 THEN 4 ELSE 1 + i % 3 END, CASE WHEN i % 50 < 3 THEN 1 + i % 2 ELSE 3 + i % 2 END, least(100, 20 + (i * 7919::bigint % 90001) / 1000.0), (1 + i % 37) / 4097.0,
          150 + (i * 104729::bigint % 300007) / 1000.0, 0.02,
          'the line ' || md5(i::text) || ' has never been seen in this stream', 'error: ' || md5((i * 7)::text) || ' while writing to disk', 50,
          t, t + interval '1 minute', t + interval '2 minutes', md5(i::text), decode(repeat(md5(i::text), 132), 'hex'), false, 'i-' || i / 15
        FROM (SELECT i, now() - (300000 - i) * interval '112 seconds' AS t FROM generate_series(1, 300000) i) a;
        SELECT setval('anomaly_sequence', 400000);
        """,
        """
        INSERT INTO incidents (id, tenant_id, sequence, services, title, started_at, ended_at, severity, status, anomalies)
        SELECT 'i-' || g, CASE WHEN g % 3 = 0 THEN 2 ELSE 1 END, 300000 + g, ARRAY['service-' || g % 200], 'the line ' || g || ' has never been seen', t, t + interval '5 minutes', 1 + g % 3,
          CASE WHEN g % 10 = 0 THEN 1 ELSE 3 END, 15 FROM (SELECT g, now() - (20000 - g) * 15 * interval '112 seconds' AS t FROM generate_series(0, 20000) g) i;
        INSERT INTO anomaly_feedback (id, tenant_id, anomaly_id, kind, at, by) SELECT gen_random_uuid(), tenant_id, id, 1 + sequence % 3, detected_at, 'somebody' FROM anomalies WHERE sequence % 15 = 0;
        INSERT INTO evidence_chain SELECT tenant_id, row_number() OVER (PARTITION BY tenant_id ORDER BY sequence), id, md5(id), md5(id), md5(id), 'key', '\x00', '\x00' FROM anomalies;
        INSERT INTO streams SELECT s, 1 + s % 2, 1 + s % 3, 'service-' || s % 200, 'scope-' || s, s % 16, now(), now(), 1000, 20, 1, 0, 5, s % 10 FROM generate_series(1, 50000) s;
        INSERT INTO stream_hours SELECT 1 + s % 2, date_trunc('hour', now()) - h * interval '1 hour', s, 500, 10, 0 FROM generate_series(0, 719) h, generate_series(1, 1000) s;
        INSERT INTO stream_minutes (tenant_id, minute, stream_id, events, windows, anomalies, suppressed, ratio_sum, ratio_windows, ratio_largest, smallest_p_value)
        SELECT 1 + s % 2, date_trunc('minute', now()) - m * interval '1 minute', s, 50, 1, 0, 0, 0.3, 1, 0.3, 0.5 FROM generate_series(0, 1439) m, generate_series(1, 100) s;
        INSERT INTO stream_anchors (tenant_id, stream_id, channel, block_events, first_time, last_time, means, pinned_at, pinned_by_hand, superseded_by_hand, superseded_at)
        SELECT 1 + s % 2, s, 'channel ' || c, 100, now(), now(), ARRAY[1, 2, 3], now() - c * interval '1 day', false, false, CASE WHEN c > 1 THEN now() - c * interval '1 day' END
        FROM generate_series(1, 5000) s, generate_series(1, 5) c;
        """,
    ];
}

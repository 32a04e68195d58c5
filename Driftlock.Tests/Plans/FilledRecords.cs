namespace Driftlock.Tests.Plans;

/// <summary>What people and the Api itself have left in the filled store.</summary>
internal static class FilledRecords
{
    public static readonly string[] Statements =
    [
        """
        INSERT INTO api_keys (id, tenant_id, name, scopes, secret_hash, is_keyed, prefix, created_at)
        SELECT gen_random_uuid(), 1 + k % 100, 'key ' || k, 1, sha256(k::text::bytea), true, 'drift', now() FROM generate_series(1, 5000) k;
        INSERT INTO users (id, tenant_id, role, created_at, user_name, normalized_user_name, email, normalized_email, email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled,
          access_failed_count)
        SELECT gen_random_uuid(), 1 + u % 100, 1, now(), 'user' || u, 'USER' || u, 'user' || u || '@example.org', 'USER' || u || '@EXAMPLE.ORG', true, false, false, true, 0 FROM generate_series(1, 2000) u;
        INSERT INTO user_sessions (token_hash, user_id, created_at, expires_at) SELECT sha256((id::text || s)::bytea), id, now(), now() + s * interval '1 hour' FROM users, generate_series(1, 10) s;
        INSERT INTO audit_log (tenant_id, position, at, actor, actor_name, action, target, before, after, previous_hash, hash)
        SELECT CASE WHEN p <= 100000 THEN 1 ELSE 2 END, p, now() - (120000 - p) * interval '5 minutes', 'user:1', 'somebody', 'anomaly.status', p % 16 || '-' || p || '-0', '{"status":"open"}',
          '{"status":"acknowledged"}', md5(p::text), md5(p::text) FROM generate_series(1, 120000) p;
        INSERT INTO usage_days (tenant_id, day, requests, events, bytes) SELECT t, (now() - d * interval '1 day')::date, 1, 1, 1 FROM generate_series(1, 100) t, generate_series(0, 399) d;
        INSERT INTO idempotent_writes (tenant_id, actor, key, request_hash, started_at) SELECT 1, 'user:' || k % 100, 'key ' || k, '\x00', now() - k * interval '4 seconds' FROM generate_series(1, 20000) k;
        """,
        // Of the first tenant's channels one is behind: what it waits for is of no anomaly that is kept, so nothing leaves this machine.
        """
        INSERT INTO alert_channels (id, tenant_id, name, kind, target, shown_target, subject, min_severity, enabled, created_at)
        SELECT gen_random_uuid(), 1 + c % 50, 'channel ' || c, 1, '\x00', 'example.org', 1 + c % 2, 1, true, now() FROM generate_series(1, 500) c;
        INSERT INTO alert_deliveries (id, tenant_id, channel_id, subject, anomaly_id, created_at, attempts, delivered_at)
        SELECT gen_random_uuid(), c.tenant_id, c.id, 'i-' || d, '0-' || d || '-0', t, 1, t + interval '1 second'
        FROM (SELECT *, row_number() OVER (PARTITION BY tenant_id ORDER BY name) AS place FROM alert_channels) c CROSS JOIN LATERAL (
          SELECT d, now() - interval '1 hour' - d * 2592000.0 / most * interval '0.99 second' AS t FROM (SELECT CASE WHEN c.tenant_id = 1 AND c.place <= 5 THEN 10000 ELSE 20 END AS most) m, generate_series(1, most) d) sent;
        INSERT INTO alert_deliveries (id, tenant_id, channel_id, subject, anomaly_id, created_at, attempts, next_attempt_at)
        SELECT gen_random_uuid(), 1, (SELECT channel_id FROM alert_deliveries WHERE tenant_id = 1 GROUP BY channel_id ORDER BY count(*) DESC, channel_id LIMIT 1), 'waiting-' || d, 'gone', now() - d * interval '1 second', 3,
          now() + interval '1 hour' FROM generate_series(1, 500) d;
        INSERT INTO exports (id, tenant_id, format, with_evidence, filter, status, up_to_sequence, reached, rows, bytes, created_at, created_by, finished_at)
        SELECT gen_random_uuid(), 1 + e / 40, 1, false, 'null', 3, 300000, 300000, 1000, 1000000, now() - (e % 40) * interval '4 hours', 'somebody', now() FROM generate_series(0, 3999) e;
        INSERT INTO export_chunks (export_id, ordinal, first_byte, bytes, content)
        SELECT e.id, c, c * 100000, 100000, decode(repeat(md5(c::text), 130), 'hex') FROM exports e, generate_series(0, 999) c WHERE e.tenant_id = 1;
        INSERT INTO performance_figures (at, kind, name, bucket, count, errors, seconds)
        SELECT date_bin('5 minutes', now(), '2000-01-01') - s * interval '5 minutes', 1, 'GET /api/v1/' || n, b, 10, 0, 0.1 FROM generate_series(0, 8639) s, generate_series(1, 10) n, generate_series(20, 22) b;
        """,
    ];
}

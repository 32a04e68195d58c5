using Driftlock.Cbad;
using Driftlock.Storage.Model;
using Npgsql;
using NpgsqlTypes;

namespace Driftlock.Storage.Detection;

/// <summary>
/// Finds the incident that an anomaly belongs to, or begins one: same tenant, same service or same trace, and no further than
/// <see cref="Gap"/> from its events. The caller holds the lock that orders anomalies, so no two begin the same.
/// </summary>
internal static class IncidentGrouping
{
    /// <summary>Longer than the usual flapping, shorter than two causes in an hour.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromMinutes(10);

    /// <summary>Services that an incident names.</summary>
    private const int MostServices = 32;

    /// <returns>The incident's id.</returns>
    public static async Task<string> JoinAsync(NpgsqlConnection connection, Verdict verdict, string anomalyId, CancellationToken cancellationToken)
    {
        var evidence = verdict.Evidence!;
        await using var join = new NpgsqlCommand(
            """
            UPDATE incidents SET started_at = least(started_at, $5), ended_at = greatest(ended_at, $6), severity = greatest(severity, $7), anomalies = anomalies + 1,
              services = CASE WHEN $2 = ANY(services) OR cardinality(services) >= $8 THEN services ELSE services || $2 END
            WHERE id = (
              SELECT i.id FROM incidents i
              WHERE i.tenant_id = $1 AND i.status <> 3 AND i.started_at <= $6 + $4 AND i.ended_at >= $5 - $4
                AND ($2 = ANY(i.services) OR ($3 <> '' AND EXISTS (SELECT 1 FROM anomalies a WHERE a.incident_id = i.id AND a.tenant_id = $1 AND a.trace_id = $3)))
              ORDER BY i.sequence LIMIT 1)
            RETURNING id
            """, connection)
        {
            Parameters =
            {
                new() { Value = verdict.Tenant }, new() { Value = AnomalyInsert.Storable(evidence.Stream.Service) }, new() { Value = AnomalyInsert.TraceOf(evidence) ?? "" },
                new() { Value = Gap, NpgsqlDbType = NpgsqlDbType.Interval },
                new() { Value = UnixTime.ToDateTime(verdict.FirstTimeUnixNano) }, new() { Value = UnixTime.ToDateTime(verdict.LastTimeUnixNano) },
                new() { Value = (short)AnomalyInsert.SeverityOf(evidence) }, new() { Value = MostServices },
            },
        };
        return (string?)await join.ExecuteScalarAsync(cancellationToken) ?? await BeginAsync(connection, verdict, anomalyId, cancellationToken);
    }

    private static async Task<string> BeginAsync(NpgsqlConnection connection, Verdict verdict, string anomalyId, CancellationToken cancellationToken)
    {
        var (id, evidence) = ($"i-{anomalyId}", verdict.Evidence!);
        await using var insert = new NpgsqlCommand(
            """
            INSERT INTO incidents (id, tenant_id, sequence, services, title, started_at, ended_at, severity, status, anomalies)
            VALUES ($1, $2, nextval('anomaly_sequence'), ARRAY[$3], $4, $5, $6, $7, $8, 1)
            """, connection)
        {
            Parameters =
            {
                new() { Value = id }, new() { Value = verdict.Tenant }, new() { Value = AnomalyInsert.Storable(evidence.Stream.Service) },
                new() { Value = AnomalyInsert.Storable(evidence.Explanation.Why) },
                new() { Value = UnixTime.ToDateTime(verdict.FirstTimeUnixNano) }, new() { Value = UnixTime.ToDateTime(verdict.LastTimeUnixNano) },
                new() { Value = (short)AnomalyInsert.SeverityOf(evidence) }, new() { Value = (short)IncidentStatus.Open },
            },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken);
        return id;
    }
}

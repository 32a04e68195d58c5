using Driftlock.Cbad;
using Npgsql;

namespace Driftlock.Storage.Detection;

/// <summary>
/// Writes down, in the transaction of an anomaly, who is to be told of it: an alert is neither lost nor sent for an anomaly that was not
/// committed. A channel is told of an incident once.
/// </summary>
internal static class AlertOutbox
{
    public static async Task AddAsync(
        NpgsqlConnection connection, Verdict verdict, string anomalyId, string incident, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var evidence = verdict.Evidence!;
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO alert_deliveries (id, tenant_id, channel_id, subject, anomaly_id, created_at, next_attempt_at, attempts)
            SELECT gen_random_uuid(), tenant_id, id, CASE subject WHEN 1 THEN $3 ELSE $2 END, $2, $4, $4, 0 FROM alert_channels
            WHERE tenant_id = $1 AND enabled AND min_severity <= $5 AND (service IS NULL OR service = $6)
            ON CONFLICT (channel_id, subject) DO NOTHING
            """, connection)
        {
            Parameters =
            {
                new() { Value = verdict.Tenant }, new() { Value = anomalyId }, new() { Value = incident }, new() { Value = now.UtcDateTime },
                new() { Value = (short)AnomalyInsert.SeverityOf(evidence) }, new() { Value = AnomalyInsert.Storable(evidence.Stream.Service) },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Storage.Model;
using Driftlock.Storage.Secrets;
using Npgsql;

namespace Driftlock.Storage.Detection;

/// <summary>The row of an anomaly, out of its verdict.</summary>
internal static class AnomalyInsert
{
    private const int LongestLine = 2_000;

    /// <summary>partition-offset-ordinal: the same from every replay of the log.</summary>
    public static string IdOf(Verdict verdict) =>
        string.Create(null, $"{verdict.Position.Partition}-{verdict.Position.Offset}-{verdict.Ordinal}");

    public static NpgsqlCommand For(Verdict verdict, KeyRing ring, string incident, DateTimeOffset detectedAt)
    {
        var evidence = verdict.Evidence ?? throw new InvalidOperationException("an anomaly must come with evidence");
        var explanation = evidence.Explanation;
        // Lists show this line first; of a session what is missing or out of order is the news, and the sentence says it.
        var costliest = verdict.Unit != JudgedUnit.Session && explanation.Costliest is [var first, ..] ? explanation.Lines[first].Text : "";
        return new NpgsqlCommand(
            """
            INSERT INTO anomalies (id, sequence, tenant_id, stream_id, signal, service, stream_name, severity, status, score, p_value,
              excess_bits, affected_share, why, costliest_line, event_count, first_event_time, last_event_time, detected_at,
              evidence_hash, evidence, is_sealed, trace_id, incident_id)
            VALUES ($1, nextval('anomaly_sequence'), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, true, $21, $22)
            RETURNING sequence
            """)
        {
            Parameters =
            {
                new() { Value = IdOf(verdict) },
                new() { Value = verdict.Tenant },
                new() { Value = (long)verdict.Stream.Value },
                new() { Value = (short)verdict.Signal },
                new() { Value = Storable(evidence.Stream.Service) },
                new() { Value = Storable(evidence.Stream.Name) },
                new() { Value = (short)SeverityOf(evidence) },
                new() { Value = (short)AnomalyStatus.Open },
                new() { Value = (double)explanation.Score },
                new() { Value = verdict.PValue ?? 1 },
                new() { Value = explanation.ExcessBits },
                new() { Value = explanation.AffectedShare },
                new() { Value = Storable(explanation.Why) },
                new() { Value = Storable(TextStart.Of(costliest, LongestLine)) },
                new() { Value = verdict.EventCount },
                new() { Value = UnixTime.ToDateTime(verdict.FirstTimeUnixNano) },
                new() { Value = UnixTime.ToDateTime(verdict.LastTimeUnixNano) },
                new() { Value = detectedAt.UtcDateTime },
                new() { Value = evidence.ContentHash },
                new() { Value = StoredEvidence.Seal(EvidenceJson.Write(evidence), ring, IdOf(verdict)) },
                new() { Value = (object?)TraceOf(evidence) ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
                new() { Value = incident },
            },
        };
    }

    public static Severity SeverityOf(Evidence evidence) => Enum.Parse<Severity>(evidence.Explanation.Severity, ignoreCase: true);

    /// <summary>Null where no single trace was judged.</summary>
    public static string? TraceOf(Evidence evidence) => evidence.Spans?.TraceId;

    /// <summary>Postgres text cannot hold U+0000; telemetry can.</summary>
    internal static string Storable(string text) => text.Contains('\0') ? text.Replace('\0', '\uFFFD') : text;
}

using Driftlock.Cbad;
using Npgsql;

namespace Driftlock.Storage.Detection;

/// <summary>Adds a batch's verdicts to the running counts of their streams and hours.</summary>
internal static class StreamCounts
{
    private const long NanosecondsPerHour = 3_600_000_000_000;

    public static async Task AddAsync(NpgsqlConnection connection, JudgedBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Calibration.Count == 0 && batch.Verdicts.Count == 0) return;
        await using var commands = new NpgsqlBatch(connection);
        // Sorted, so that two detectors never lock the same rows in opposite order.
        commands.BatchCommands.Add(Streams(batch));
        if (batch.Verdicts.Count > 0)
        {
            commands.BatchCommands.Add(Hours(batch));
            commands.BatchCommands.Add(StreamTimeline.Minutes(batch));
        }
        await commands.PrepareAsync(cancellationToken);
        await commands.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlBatchCommand Streams(JudgedBatch batch)
    {
        var verdicts = batch.Verdicts.ToLookup(window => window.Verdict.Stream);
        var ids = batch.Calibration.Keys.Union(batch.Verdicts.Select(window => window.Verdict.Stream)).OrderBy(id => id.Value).ToArray();
        int Count(Cbad.Events.StreamId id, VerdictKind kind) => verdicts[id].Count(window => window.Verdict.Kind == kind);
        return new NpgsqlBatchCommand(
            """
            UPDATE streams SET events = streams.events + d.events, windows = streams.windows + d.windows, anomalies = streams.anomalies + d.anomalies,
              suppressed = streams.suppressed + d.suppressed, calibrating = streams.calibrating + d.calibrating,
              events_needed = coalesce(d.needed, events_needed), last_event_at = greatest(last_event_at, d.last)
            FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::int[], $8::timestamptz[])
              AS d(id, events, windows, anomalies, suppressed, calibrating, needed, last)
            WHERE streams.id = d.id
            """)
        {
            Parameters =
            {
                new() { Value = Array.ConvertAll(ids, id => (long)id.Value) },
                new() { Value = Array.ConvertAll(ids, id => verdicts[id].Sum(window => (long)window.Verdict.CountedEvents)) },
                new() { Value = Array.ConvertAll(ids, id => (long)verdicts[id].Count()) },
                new() { Value = Array.ConvertAll(ids, id => (long)Count(id, VerdictKind.Anomaly)) },
                new() { Value = Array.ConvertAll(ids, id => (long)Count(id, VerdictKind.Suppressed)) },
                new() { Value = Array.ConvertAll(ids, id => (long)Count(id, VerdictKind.Calibrating)) },
                new() { Value = Array.ConvertAll(ids, id => batch.Calibration.TryGetValue(id, out var needed) ? (int?)needed : null) },
                new() { Value = Array.ConvertAll(ids, id => Latest(verdicts[id])) },
            },
        };
    }

    private static DateTime? Latest(IEnumerable<JudgedWindow> windows)
    {
        var latest = windows.Select(window => window.ReceivedUnixNano).DefaultIfEmpty().Max();
        return latest == 0 ? null : UnixTime.ToDateTime(latest);
    }

    private static NpgsqlBatchCommand Hours(JudgedBatch batch)
    {
        var rows = batch.Verdicts
            .GroupBy(window => (window.Verdict.Tenant, Hour: window.ReceivedUnixNano / NanosecondsPerHour, Stream: window.Verdict.Stream.Value))
            .OrderBy(row => row.Key.Tenant).ThenBy(row => row.Key.Hour).ThenBy(row => row.Key.Stream).ToArray();
        return new NpgsqlBatchCommand(
            """
            INSERT INTO stream_hours (tenant_id, hour, stream_id, events, windows, anomalies)
            SELECT * FROM unnest($1::int[], $2::timestamptz[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
            ON CONFLICT (tenant_id, hour, stream_id) DO UPDATE SET events = stream_hours.events + excluded.events,
              windows = stream_hours.windows + excluded.windows, anomalies = stream_hours.anomalies + excluded.anomalies
            """)
        {
            Parameters =
            {
                new() { Value = Array.ConvertAll(rows, row => row.Key.Tenant) },
                new() { Value = Array.ConvertAll(rows, row => UnixTime.ToDateTime(row.Key.Hour * NanosecondsPerHour)) },
                new() { Value = Array.ConvertAll(rows, row => (long)row.Key.Stream) },
                new() { Value = Array.ConvertAll(rows, row => row.Sum(window => (long)window.Verdict.CountedEvents)) },
                new() { Value = Array.ConvertAll(rows, row => (long)row.Count()) },
                new() { Value = Array.ConvertAll(rows, row => (long)row.Count(window => window.Verdict.Kind == VerdictKind.Anomaly)) },
            },
        };
    }
}

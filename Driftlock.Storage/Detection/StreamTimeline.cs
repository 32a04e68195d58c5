using Driftlock.Cbad;
using Npgsql;

namespace Driftlock.Storage.Detection;

/// <summary>Adds a batch's verdicts to the minutes of their streams: how well they compressed, and how unlikely they were.</summary>
internal static class StreamTimeline
{
    private const long NanosecondsPerMinute = 60_000_000_000;

    public static NpgsqlBatchCommand Minutes(JudgedBatch batch)
    {
        // Sorted, so that two detectors never lock the same rows in opposite order.
        var rows = batch.Verdicts
            .GroupBy(window => (window.Verdict.Tenant, Stream: window.Verdict.Stream.Value, Minute: window.ReceivedUnixNano / NanosecondsPerMinute))
            .OrderBy(row => row.Key.Tenant).ThenBy(row => row.Key.Stream).ThenBy(row => row.Key.Minute)
            .Select(row => (row.Key, Verdicts: row.Select(window => window.Verdict).ToArray())).ToArray();
        return new NpgsqlBatchCommand(
            """
            INSERT INTO stream_minutes AS m (tenant_id, stream_id, minute, events, windows, anomalies, suppressed, ratio_sum, ratio_windows, ratio_largest, smallest_p_value)
            SELECT * FROM unnest($1::int[], $2::bigint[], $3::timestamptz[], $4::bigint[], $5::int[], $6::int[], $7::int[], $8::float8[], $9::int[], $10::float8[], $11::float8[])
            ON CONFLICT (tenant_id, stream_id, minute) DO UPDATE SET events = m.events + excluded.events, windows = m.windows + excluded.windows,
              anomalies = m.anomalies + excluded.anomalies, suppressed = m.suppressed + excluded.suppressed, ratio_sum = m.ratio_sum + excluded.ratio_sum,
              ratio_windows = m.ratio_windows + excluded.ratio_windows, ratio_largest = greatest(m.ratio_largest, excluded.ratio_largest),
              smallest_p_value = least(m.smallest_p_value, excluded.smallest_p_value)
            """)
        {
            Parameters =
            {
                new() { Value = Array.ConvertAll(rows, row => row.Key.Tenant) },
                new() { Value = Array.ConvertAll(rows, row => (long)row.Key.Stream) },
                new() { Value = Array.ConvertAll(rows, row => UnixTime.ToDateTime(row.Key.Minute * NanosecondsPerMinute)) },
                new() { Value = Array.ConvertAll(rows, row => row.Verdicts.Sum(verdict => (long)verdict.CountedEvents)) },
                new() { Value = Array.ConvertAll(rows, row => row.Verdicts.Length) },
                new() { Value = Array.ConvertAll(rows, row => row.Verdicts.Count(verdict => verdict.Kind == VerdictKind.Anomaly)) },
                new() { Value = Array.ConvertAll(rows, row => row.Verdicts.Count(verdict => verdict.Kind == VerdictKind.Suppressed)) },
                new() { Value = Array.ConvertAll(rows, row => row.Verdicts.Sum(verdict => verdict.CompressionRatio ?? 0)) },
                new() { Value = Array.ConvertAll(rows, row => row.Verdicts.Count(verdict => verdict.CompressionRatio is not null)) },
                new() { Value = Array.ConvertAll(rows, row => row.Verdicts.Max(verdict => verdict.CompressionRatio ?? 0)) },
                new() { Value = Array.ConvertAll(rows, row => row.Verdicts.Min(verdict => verdict.PValue ?? 1)) },
            },
        };
    }
}

using Driftlock.Api.Auth;
using Driftlock.Api.Queries;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Driftlock.Api.Analytics;

/// <param name="Windows">Judged in these days.</param>
/// <param name="AnomalyRate">Anomalies over windows; null where there was none.</param>
public sealed record DetectionDay(DateTimeOffset Day, long Windows, long Anomalies, double? AnomalyRate);

/// <param name="Confirmed">Anomalies whose last feedback says that something was wrong.</param>
/// <param name="FalsePositives">Anomalies whose last feedback says that nothing was, or that were dismissed without feedback.</param>
/// <param name="Irrelevant">Anomalies whose last feedback says that it does not matter.</param>
/// <param name="FalseDiscoveryProportion">False positives over all that somebody judged; null where nobody did. The configured rate bounds its expectation over all alarms, not only over the judged ones.</param>
public sealed record DetectionFeedback(long Judged, long Confirmed, long FalsePositives, long Irrelevant, double? FalseDiscoveryProportion);

/// <param name="MedianSecondsToDetect">From a window's last event to its anomaly, by the sender's clock and ours.</param>
/// <param name="MedianSecondsToAcknowledge">From the anomaly to the first change of its status; null where nothing was changed.</param>
public sealed record DetectionPerformance(
    DateTimeOffset From, DateTimeOffset To, long Anomalies, DetectionFeedback Feedback, double? MedianSecondsToDetect, double? MedianSecondsToAcknowledge,
    IReadOnlyList<DetectionDay> Days);

/// <summary>How good detection was, by what people said of it and did with it.</summary>
public static class DetectionEndpoint
{
    private static readonly TimeSpan ByDefault = TimeSpan.FromDays(30);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    public static void MapDetection(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/analytics/detection", RunAsync).RequireAuthorization(Policies.Read).WithTags("Analytics")
            .WithSummary("How good detection was: feedback, rates and times, aggregated in SQL");

    private static async Task<Results<Ok<DetectionPerformance>, ProblemHttpResult>> RunAsync(
        string? from, string? to, Caller caller, NpgsqlDataSource dataSource, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!QueryTime.TryRange(from, to, ByDefault, Longest, time.GetUtcNow(), out var begin, out var end, out var problem)) return problem;
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        Add(batch, caller, begin, end,
            $"""
            SELECT count(*), count(*) FILTER (WHERE said = {(short)FeedbackKind.Confirmed}), count(*) FILTER (WHERE said = {(short)FeedbackKind.FalsePositive}),
              count(*) FILTER (WHERE said = {(short)FeedbackKind.Irrelevant}),
              percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM detected_at - last_event_time)),
              percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM status_changed_at - detected_at))
            FROM (
              SELECT a.detected_at, a.last_event_time, a.status_changed_at,
                coalesce(f.kind, CASE a.status WHEN {(short)AnomalyStatus.Dismissed} THEN {(short)FeedbackKind.FalsePositive} END) AS said
              FROM anomalies a LEFT JOIN LATERAL (
                SELECT kind FROM anomaly_feedback f WHERE f.tenant_id = a.tenant_id AND f.anomaly_id = a.id ORDER BY at DESC LIMIT 1) f ON true
              WHERE a.tenant_id = $1 AND a.detected_at >= $2 AND a.detected_at < $3) judged
            """);
        Add(batch, caller, begin, end,
            """
            SELECT date_trunc('day', hour, 'UTC') AS day, sum(windows)::bigint, sum(anomalies)::bigint FROM stream_hours
            WHERE tenant_id = $1 AND hour >= $2 AND hour < $3 GROUP BY day ORDER BY day
            """);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (anomalies, confirmed, wrong, irrelevant) = (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
        var (toDetect, toAcknowledge) = (reader.IsDBNull(4) ? (double?)null : reader.GetDouble(4), reader.IsDBNull(5) ? (double?)null : reader.GetDouble(5));
        var judged = confirmed + wrong + irrelevant;
        await reader.NextResultAsync(cancellationToken);
        var days = new List<DetectionDay>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var (windows, found) = (reader.GetInt64(1), reader.GetInt64(2));
            days.Add(new DetectionDay(reader.GetDateTime(0), windows, found, windows == 0 ? null : (double)found / windows));
        }
        return TypedResults.Ok(new DetectionPerformance(
            begin, end, anomalies, new DetectionFeedback(judged, confirmed, wrong, irrelevant, judged == 0 ? null : (double)wrong / judged), toDetect, toAcknowledge, days));
    }

    private static void Add(NpgsqlBatch batch, Caller caller, DateTimeOffset from, DateTimeOffset to, string sql) => batch.BatchCommands.Add(new NpgsqlBatchCommand(sql)
    {
        Parameters = { new() { Value = caller.TenantId }, new() { Value = from.UtcDateTime }, new() { Value = to.UtcDateTime } },
    });
}

using System.Globalization;
using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Driftlock.Api.Queries;
using Driftlock.Api.Streams;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Driftlock.Api.Analytics;

/// <param name="Time">Where the stretch begins, by time of receipt.</param>
/// <param name="Ratio">Mean over its windows of log records: bits that they cost given the stream's past, over their plain bits; null for other signals.</param>
/// <param name="LargestRatio">Of one window.</param>
/// <param name="SmallestPValue">1 where none was judged.</param>
public sealed record TimelinePoint(
    DateTimeOffset Time, long Events, long Windows, long Anomalies, long Suppressed, double? Ratio, double? LargestRatio, double SmallestPValue);

/// <param name="StepSeconds">Length of a stretch: at least a minute, and as long as it takes for all of the time to fit.</param>
public sealed record CompressionTimeline(
    string StreamId, string Service, DateTimeOffset From, DateTimeOffset To, long StepSeconds, IReadOnlyList<TimelinePoint> Points);

/// <summary>How well a stream compressed over time: stretches without any window are left out.</summary>
public static class TimelineEndpoint
{
    private const int DefaultPoints = 500;
    private const int MostPoints = 100_000;
    private static readonly TimeSpan ByDefault = TimeSpan.FromHours(24);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    public static void MapTimeline(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/analytics/compression-timeline", RunAsync).RequireAuthorization(Policies.Read).WithTags("Analytics")
            .WithSummary("Compression and p-values of a stream over time, aggregated in SQL");

    private static async Task<Results<Ok<CompressionTimeline>, ProblemHttpResult>> RunAsync(
        string? stream, string? from, string? to, string? points, Caller caller, StreamLookup streams, NpgsqlDataSource dataSource, TimeProvider time, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(stream)) return ApiProblem.Invalid("stream", "must be a stream id of 16 hex digits");
        var most = DefaultPoints;
        if (points is not null && !(int.TryParse(points, CultureInfo.InvariantCulture, out most) && most is >= 1 and <= MostPoints)) return ApiProblem.Invalid("points", $"must be a whole number from 1 to {MostPoints}");
        if (!QueryTime.TryRange(from, to, ByDefault, Longest, time.GetUtcNow(), out var begin, out var end, out var problem)) return problem;
        if (await streams.FindAsync(caller, stream, cancellationToken) is not { } found) return ApiProblem.NotFound("stream");
        var step = Math.Max(1, (long)Math.Ceiling((end - begin).TotalMinutes / most)) * 60;
        await using var command = dataSource.CreateCommand(
            """
            SELECT date_bin($5, minute, $3) AS bin, sum(events)::bigint, sum(windows)::bigint, sum(anomalies)::bigint, sum(suppressed)::bigint,
              sum(ratio_sum) / nullif(sum(ratio_windows), 0), CASE WHEN sum(ratio_windows) > 0 THEN max(ratio_largest) END, min(smallest_p_value)
            FROM stream_minutes WHERE tenant_id = $1 AND stream_id = $2 AND minute >= $3 AND minute < $4 GROUP BY bin ORDER BY bin
            """);
        command.Parameters.Add(new() { Value = caller.TenantId });
        command.Parameters.Add(new() { Value = found.Row.Id });
        command.Parameters.Add(new() { Value = begin.UtcDateTime });
        command.Parameters.Add(new() { Value = end.UtcDateTime });
        command.Parameters.Add(new() { Value = TimeSpan.FromSeconds(step) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var result = new List<TimelinePoint>();
        while (await reader.ReadAsync(cancellationToken))
        {
            result.Add(new TimelinePoint(
                reader.GetDateTime(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
                reader.IsDBNull(5) ? null : reader.GetDouble(5), reader.IsDBNull(6) ? null : reader.GetDouble(6), reader.GetDouble(7)));
        }
        return TypedResults.Ok(new CompressionTimeline(stream, found.Row.Service, begin, end, step, result));
    }
}

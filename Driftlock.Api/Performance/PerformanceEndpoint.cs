using Driftlock.Api.Auth;
using Driftlock.Api.Queries;
using Driftlock.Storage.Performance;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Driftlock.Api.Performance;

/// <param name="Name">Method and route, or the stage.</param>
/// <param name="Errors">Answers of 500 and more.</param>
/// <param name="MeanMs">Milliseconds, as the percentiles, which are at most 9 % off.</param>
public sealed record DurationFigures(string Name, long Count, long Errors, double MeanMs, double P50Ms, double P95Ms, double P99Ms);

/// <param name="Near">Found in the memory of the process that looked.</param>
/// <param name="Shared">Found in Redis.</param>
/// <param name="Store">Found nowhere but in the store.</param>
/// <param name="HitRate">Share of near and shared, 0 to 1.</param>
public sealed record CacheFigures(string Area, long Near, long Shared, long Store, double HitRate);

/// <summary>The service's own figures, of all replicas together, in spans of five minutes that overlap the time asked for.</summary>
public sealed record PerformanceFigures(
    DateTimeOffset From, DateTimeOffset To, IReadOnlyList<DurationFigures> Endpoints, IReadOnlyList<DurationFigures> Stages, IReadOnlyList<CacheFigures> Caches);

public static class PerformanceEndpoint
{
    private static readonly TimeSpan ByDefault = TimeSpan.FromHours(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);
    private static readonly TimeSpan Span = TimeSpan.FromMinutes(5);

    private sealed record Row(PerformanceKind Kind, string Name, int Bucket, long Count, long Errors, double Seconds);

    public static void MapPerformance(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/admin/performance", RunAsync).RequireAuthorization(Policies.Operate).WithTags("Admin")
            .WithSummary("How fast the service itself is: by endpoint, by stage, and how often its caches help");

    private static async Task<Results<Ok<PerformanceFigures>, ProblemHttpResult>> RunAsync(
        string? from, string? to, NpgsqlDataSource dataSource, PerformanceRecorder recorder, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!QueryTime.TryRange(from, to, ByDefault, Longest, time.GetUtcNow(), out var first, out var last, out var problem)) return problem;
        await recorder.FlushAsync(cancellationToken);
        var rows = await ReadAsync(dataSource, first, last, cancellationToken);
        return TypedResults.Ok(new PerformanceFigures(
            first, last, Durations(rows, PerformanceKind.Endpoint), Durations(rows, PerformanceKind.Stage), Caches(rows)));
    }

    private static async Task<List<Row>> ReadAsync(NpgsqlDataSource dataSource, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            """
            SELECT kind, name, bucket, sum(count)::bigint, sum(errors)::bigint, sum(seconds) FROM performance_figures
            WHERE at > $1 AND at <= $2 GROUP BY kind, name, bucket ORDER BY kind, name, bucket
            """);
        command.Parameters.Add(new() { Value = (from - Span).UtcDateTime });
        command.Parameters.Add(new() { Value = to.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<Row>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new Row((PerformanceKind)reader.GetInt16(0), reader.GetString(1), reader.GetInt16(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetDouble(5)));
        }
        return rows;
    }

    private static List<DurationFigures> Durations(List<Row> rows, PerformanceKind kind) =>
        [.. rows.Where(row => row.Kind == kind).GroupBy(row => row.Name).Select(Duration).OrderByDescending(figures => figures.Count).ThenBy(figures => figures.Name, StringComparer.Ordinal)];

    private static DurationFigures Duration(IGrouping<string, Row> rows)
    {
        var buckets = rows.Select(row => (row.Bucket, row.Count)).ToList();
        var count = rows.Sum(row => row.Count);
        return new DurationFigures(
            rows.Key, count, rows.Sum(row => row.Errors), 1000 * rows.Sum(row => row.Seconds) / count,
            1000 * LatencyBuckets.Percentile(buckets, 0.5), 1000 * LatencyBuckets.Percentile(buckets, 0.95), 1000 * LatencyBuckets.Percentile(buckets, 0.99));
    }

    private static List<CacheFigures> Caches(List<Row> rows) =>
        [.. rows.Where(row => row.Kind == PerformanceKind.Cache).GroupBy(row => row.Name.Split('/')[0]).Select(area =>
        {
            long Found(string place) => area.Where(row => row.Name.EndsWith($"/{place}", StringComparison.Ordinal)).Sum(row => row.Count);
            var (near, shared, store) = (Found(Caching.CacheMetrics.Near), Found(Caching.CacheMetrics.Shared), Found(Caching.CacheMetrics.Store));
            return new CacheFigures(area.Key, near, shared, store, (double)(near + shared) / (near + shared + store));
        })];
}

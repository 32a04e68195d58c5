using System.Globalization;
using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Driftlock.Api.Queries;
using Driftlock.Cbad.Events;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Driftlock.Api.Analytics;

/// <param name="Ratio">
/// The part of the normalised compression distance that moves: mean bits of the hour's windows given the stream's past, over their plain
/// bits. 0: nothing new; 1: as costly as if the past did not help. Null for metrics and traces, whose p-values tell.
/// </param>
public sealed record HeatmapCell(DateTimeOffset Hour, long Windows, long Anomalies, double? Ratio, double SmallestPValue);

public sealed record HeatmapRow(string StreamId, Signal Signal, string Service, string Stream, IReadOnlyList<HeatmapCell> Cells);

/// <param name="Rows">Streams with the most anomalies first, then those with the most windows.</param>
public sealed record Heatmap(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<HeatmapRow> Rows);

public static class HeatmapEndpoint
{
    private const int DefaultHours = 24;
    private const int MostHours = 168;
    private const int DefaultStreams = 50;
    private const int MostStreams = 200;

    public static void MapHeatmap(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/analytics/ncd-heatmap", RunAsync).RequireAuthorization(Policies.Read).WithTags("Analytics")
            .WithSummary("Streams by hour: how far each was from its past, aggregated in SQL");

    private static async Task<Results<Ok<Heatmap>, ProblemHttpResult>> RunAsync(
        string? hours, string? limit, Caller caller, NpgsqlDataSource dataSource, TimeProvider time, CancellationToken cancellationToken)
    {
        var count = DefaultHours;
        if (hours is not null && !(int.TryParse(hours, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= MostHours)) return ApiProblem.Invalid("hours", $"must be a whole number from 1 to {MostHours}");
        if (!ListLimit.TryRead(limit, DefaultStreams, MostStreams, out var streams, out var problem)) return problem;
        var to = time.GetUtcNow();
        to = to.AddTicks(-(to.Ticks % TimeSpan.TicksPerHour)).AddHours(1);
        var from = to.AddHours(-count);
        await using var command = dataSource.CreateCommand(
            """
            WITH cells AS (
              SELECT stream_id, date_trunc('hour', minute, 'UTC') AS hour, sum(windows)::bigint AS windows, sum(anomalies)::bigint AS anomalies,
                sum(ratio_sum) / nullif(sum(ratio_windows), 0) AS ratio, min(smallest_p_value) AS p
              FROM stream_minutes WHERE tenant_id = $1 AND minute >= $2 AND minute < $3 GROUP BY stream_id, date_trunc('hour', minute, 'UTC')),
            chosen AS (
              SELECT stream_id, sum(anomalies) AS anomalies, sum(windows) AS windows FROM cells GROUP BY stream_id
              ORDER BY sum(anomalies) DESC, sum(windows) DESC, stream_id LIMIT $4)
            SELECT s.id, s.signal, s.service, s.name, c.hour, c.windows, c.anomalies, c.ratio, c.p
            FROM chosen JOIN streams s ON s.id = chosen.stream_id AND s.tenant_id = $1 JOIN cells c ON c.stream_id = chosen.stream_id
            ORDER BY chosen.anomalies DESC, chosen.windows DESC, s.id, c.hour
            """);
        command.Parameters.Add(new() { Value = caller.TenantId });
        command.Parameters.Add(new() { Value = from.UtcDateTime });
        command.Parameters.Add(new() { Value = to.UtcDateTime });
        command.Parameters.Add(new() { Value = streams });
        var rows = new List<HeatmapRow>();
        var cells = new List<HeatmapCell>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var id = new StreamId((ulong)reader.GetInt64(0)).ToString();
            if (rows.Count == 0 || rows[^1].StreamId != id)
            {
                cells = [];
                rows.Add(new HeatmapRow(id, (Signal)reader.GetInt16(1), reader.GetString(2), reader.GetString(3), cells));
            }
            cells.Add(new HeatmapCell(reader.GetDateTime(4), reader.GetInt64(5), reader.GetInt64(6), reader.IsDBNull(7) ? null : reader.GetDouble(7), reader.GetDouble(8)));
        }
        return TypedResults.Ok(new Heatmap(from, to, rows));
    }
}

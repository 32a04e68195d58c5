using Driftlock.Api.Auth;

namespace Driftlock.Api.Analytics;

public sealed record StreamTotals(long Total, long Ready, long Calibrating);

/// <param name="BySeverity">Of all that are open.</param>
public sealed record AnomalyTotals(
    long Total, long Open, IReadOnlyDictionary<string, long> BySeverity, IReadOnlyDictionary<string, long> ByStatus);

/// <param name="Entries">Log entries that are appended and not judged yet.</param>
/// <param name="Seconds">Age of the oldest of them; 0 when there is none.</param>
public sealed record Lag(long Entries, double Seconds);

public sealed record HourTotals(DateTimeOffset Hour, long Events, long Windows, long Anomalies);

/// <param name="Events">Events judged so far.</param>
/// <param name="Hourly">The last 24 hours that had any events, oldest first.</param>
/// <param name="FalseDiscoveryRate">The configured bound on the share of false alarms.</param>
public sealed record Summary(
    StreamTotals Streams, long Events, long Windows, AnomalyTotals Anomalies, Lag Lag, IReadOnlyList<HourTotals> Hourly, double FalseDiscoveryRate);

public static class SummaryEndpoint
{
    public static void MapAnalytics(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/analytics/summary", (Caller caller, SummaryQuery query, CancellationToken cancellationToken) =>
                query.RunAsync(caller.TenantId, cancellationToken))
            .RequireAuthorization(Policies.Read).WithTags("Analytics").WithSummary("Totals, lag and the last 24 hours, aggregated in SQL");
}

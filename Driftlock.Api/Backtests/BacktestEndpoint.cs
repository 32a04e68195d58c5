using Driftlock.Api.Auth;
using Driftlock.Api.Config;
using Driftlock.Api.Errors;
using Driftlock.Api.Streams;
using Driftlock.Cbad.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Backtests;

/// <param name="From">Alarms are counted from here on, by time of receipt; default: 7 days ago.</param>
/// <param name="FalseDiscoveryRate">Of the whole tenant; what is absent stays as it is configured now.</param>
public sealed record BacktestRequest(
    DateTimeOffset? From, DateTimeOffset? To, double? FalseDiscoveryRate, int? WindowEvents, double? MaxPValue, string? MinSeverity, string? SessionKey);

/// <param name="At">Time of the window's last event.</param>
public sealed record BacktestAlarm(DateTimeOffset At, string Severity, double PValue, string Why);

/// <param name="Windows">Of the stream, judged in the time.</param>
/// <param name="Alarms">The first 100 of them.</param>
public sealed record BacktestSide(long Windows, long Anomalies, long Suppressed, IReadOnlyList<BacktestAlarm> Alarms);

/// <param name="Current">With the settings as they are.</param>
/// <param name="Proposed">With the proposed ones.</param>
/// <param name="Events">Of the tenant in the stream's partition that were judged again, those before <paramref name="From"/> among them: streams have to be learned.</param>
/// <param name="Complete">False when the limit on events or time was reached before <paramref name="To"/>.</param>
public sealed record BacktestResult(
    string StreamId, string Service, DateTimeOffset From, DateTimeOffset To, BacktestSide Current, BacktestSide Proposed, long Events, bool Complete, DateTimeOffset? LogBegins);

public static class BacktestEndpoint
{
    private static readonly TimeSpan ByDefault = TimeSpan.FromDays(7);
    private static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(10);

    public static void MapBacktests(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/streams/{id}/backtest", RunAsync).RequireAuthorization(Policies.Write).WithTags("Streams")
            .WithSummary("What other settings would have raised over past data; nothing is stored").FailsWith("busy");

    private static async Task<Results<Ok<BacktestResult>, ProblemHttpResult>> RunAsync(
        string id, BacktestRequest wanted, HttpResponse response, Caller caller, StreamLookup streams, SettingsStore settings, Backtest backtest, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await streams.FindAsync(caller, id, cancellationToken) is not { } stream) return ApiProblem.NotFound("stream");
        var to = wanted.To ?? time.GetUtcNow();
        var from = wanted.From ?? (to - DateTimeOffset.UnixEpoch > ByDefault ? to - ByDefault : DateTimeOffset.UnixEpoch);
        if (from >= to) return ApiProblem.Invalid("to", "must be later than from");
        if (from < DateTimeOffset.UnixEpoch) return ApiProblem.Invalid("from", "must not lie before 1970");
        try
        {
            var current = (await settings.CurrentAsync(caller.TenantId, cancellationToken)).Settings;
            var proposed = Proposed(current, wanted, id);
            proposed.Validate();
            return await backtest.RunAsync(caller, stream, current, proposed, from, to, cancellationToken) is { } result
                ? TypedResults.Ok(result)
                : ApiProblem.Busy(response, BusyFor, "other backtests are running; try again in some seconds");
        }
        catch (FormatException failure)
        {
            return SettingsProblem.Of(failure);
        }
    }

    private static TenantSettings Proposed(TenantSettings current, BacktestRequest wanted, string stream)
    {
        var own = current.Streams.FirstOrDefault(settings => settings.Id == stream) ?? new StreamSettings(stream, false, null, null, null, null);
        own = own with
        {
            MaxPValue = wanted.MaxPValue ?? own.MaxPValue,
            MinSeverity = wanted.MinSeverity ?? own.MinSeverity,
            WindowEvents = wanted.WindowEvents ?? own.WindowEvents,
            SessionKey = wanted.SessionKey ?? own.SessionKey,
        };
        return new TenantSettings
        {
            Configuration = current.Configuration with { FalseDiscoveryRate = wanted.FalseDiscoveryRate ?? current.Configuration.FalseDiscoveryRate },
            Streams = [.. current.Streams.Where(settings => settings.Id != stream), own],
            Maintenance = current.Maintenance,
        };
    }
}

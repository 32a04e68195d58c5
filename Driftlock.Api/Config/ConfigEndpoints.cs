using System.Text.Json;
using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Driftlock.Api.Queries;
using Driftlock.Cbad;
using Driftlock.Cbad.Settings;
using Driftlock.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Config;

public static class ConfigEndpoints
{
    private const int DefaultLimit = 50;
    private const int LargestLimit = 200;
    private const double NanosecondsPerMillisecond = 1e6;
    private const double LongestIdleMilliseconds = 86_400_000;
    private const string LowestSeverity = "low";

    public static void MapConfig(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/config").RequireAuthorization(Policies.Read).WithTags("Configuration");
        group.MapGet("/", GetAsync).WithSummary("The tenant's configuration of detection");
        group.MapPatch("/", PatchAsync).RequireAuthorization(Policies.Admin).WithSummary("Change it; it holds from the next event on, without a restart").FailsWith("changed_meanwhile");
        group.MapGet("/history", HistoryAsync).WithSummary("Every version, newest first");
    }

    private static async Task<Ok<Configuration>> GetAsync(Caller caller, SettingsStore settings, DriftlockContext database, CancellationToken cancellationToken) =>
        TypedResults.Ok(await ViewAsync(await settings.CurrentAsync(caller.TenantId, cancellationToken), caller, settings, database, cancellationToken));

    private static async Task<Results<Ok<Configuration>, ProblemHttpResult>> PatchAsync(
        ConfigurationPatch patch, Caller caller, SettingsStore settings, AutoAcknowledgePolicy policy, DriftlockContext database, TimeProvider time, CancellationToken cancellationToken)
    {
        if (NoteProblem.Of(patch.Note, "note") is { } badNote) return badNote;
        if (patch.IdleWindowMilliseconds is not (null or (>= 1 and <= LongestIdleMilliseconds))) return ApiProblem.Invalid("idleWindowMilliseconds", "must be 1 to 86400000 (a day)");
        if (patch.AutoAcknowledgeDays is not (null or (>= 0 and <= AutoAcknowledgePolicy.MostDays))) return ApiProblem.Invalid("autoAcknowledgeDays", $"must be 0 (never) to {AutoAcknowledgePolicy.MostDays}");
        try
        {
            var outcome = await settings.ChangeAsync(caller, patch.Version, patch.Note, current => Edit(current, patch, time.GetUtcNow()), cancellationToken);
            if (outcome.Conflict is { } conflict) return SettingsProblem.Changed(conflict);
            if (patch.AutoAcknowledgeDays is { } days) await policy.SetAsync(caller, days, cancellationToken);
            return TypedResults.Ok(await ViewAsync(outcome.Changed!, caller, settings, database, cancellationToken));
        }
        catch (FormatException failure)
        {
            return SettingsProblem.Of(failure);
        }
    }

    private static async Task<Results<Ok<ConfigurationHistory>, ProblemHttpResult>> HistoryAsync(
        string? limit, string? cursor, Caller caller, DriftlockContext database, CancellationToken cancellationToken)
    {
        if (!ListLimit.TryRead(limit, DefaultLimit, LargestLimit, out var count, out var problem)) return problem;
        if (!ListCursor.TryRead(cursor, long.MaxValue, out var before, out problem)) return problem;
        var rows = await database.TenantSettings.AsNoTracking().Where(row => row.TenantId == caller.TenantId && row.Version < before)
            .OrderByDescending(row => row.Version).Take(count + 1).ToListAsync(cancellationToken);
        var more = rows.Count > count;
        if (more) rows.RemoveAt(count);
        return TypedResults.Ok(new ConfigurationHistory(
            rows.ConvertAll(row => new ConfigurationVersion(row.Version, JsonElement.Parse(row.Settings), row.ChangedAt, row.ChangedBy, row.Note)),
            more ? ListCursor.After(rows[^1].Version) : null));
    }

    private static SettingsEdit Edit(TenantSettings current, ConfigurationPatch patch, DateTimeOffset now)
    {
        var before = current.Configuration;
        var after = before with
        {
            FalseDiscoveryRate = patch.FalseDiscoveryRate ?? before.FalseDiscoveryRate,
            WindowEvents = patch.WindowEvents ?? before.WindowEvents,
            BaselineEvents = patch.BaselineEvents ?? before.BaselineEvents,
            IdleWindowNano = patch.IdleWindowMilliseconds is { } idle ? (long)(idle * NanosecondsPerMillisecond) : before.IdleWindowNano,
            SessionKey = patch.SessionKey ?? before.SessionKey,
            // Bounds that bind nothing are left out, as those who never set them have them.
            MaxPValue = patch.MaxPValue switch { null => before.MaxPValue, 1 => null, var p => p },
            MinSeverity = patch.MinSeverity switch { null => before.MinSeverity, LowestSeverity => null, var severity => severity },
        };
        // Points of the year before are judged as well, where a sender was cut off or history is replayed.
        if (patch.TimeZone is not null) after = after.WithTimeZone(patch.TimeZone, now.AddYears(-1));
        return new SettingsEdit(
            new TenantSettings { Configuration = after, Streams = current.Streams, Maintenance = current.Maintenance },
            "config.change", "config", Audited(before), Audited(after));
    }

    private static object Audited(EngineConfiguration c) => new
    {
        c.FalseDiscoveryRate, c.WindowEvents, c.BaselineEvents, c.IdleWindowNano, c.SessionKey, c.TimeZone, c.MaxPValue, c.MinSeverity,
    };

    private static async Task<Configuration> ViewAsync(
        CurrentSettings current, Caller caller, SettingsStore settings, DriftlockContext database, CancellationToken cancellationToken)
    {
        var c = current.Settings.Configuration;
        var days = await database.Tenants.Where(tenant => tenant.Id == caller.TenantId).Select(tenant => tenant.AutoAcknowledgeDays).SingleAsync(cancellationToken);
        return new Configuration(
            current.Version, c.FalseDiscoveryRate, c.WindowEvents, c.BaselineEvents, c.IdleWindowNano / NanosecondsPerMillisecond, c.SessionKey, c.TimeZone,
            c.MaxPValue ?? 1, c.MinSeverity ?? LowestSeverity, days ?? 0, current.Settings.Streams.Count,
            await settings.AreAppliedAsync(current.Row, cancellationToken), current.Row.ChangedAt, current.Row.ChangedBy, current.Row.Note);
    }
}

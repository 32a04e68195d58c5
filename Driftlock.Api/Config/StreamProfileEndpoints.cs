using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Driftlock.Api.Streams;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Config;

/// <summary>What differs for single streams.</summary>
public static class StreamProfileEndpoints
{
    private const string Balanced = "balanced";
    private const string Strict = "strict";
    private const string Muted = "muted";
    private const string Custom = "custom";
    private const double StrictPValue = 1e-4;
    private const string StrictSeverity = "medium";

    public static void MapStreamProfiles(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/config/streams", ListAsync).RequireAuthorization(Policies.Read).WithTags("Configuration").WithSummary("Streams with settings of their own");
        var group = routes.MapGroup("/streams/{id}/profile").RequireAuthorization(Policies.Read).WithTags("Streams");
        group.MapGet("/", GetAsync).WithSummary("The stream's profile and thresholds, and what holds for it");
        group.MapPut("/", PutAsync).RequireAuthorization(Policies.Admin).WithSummary("Set them, all at once; balanced takes them away").FailsWith("changed_meanwhile");
    }

    private static async Task<Ok<StreamProfileList>> ListAsync(Caller caller, SettingsStore settings, CancellationToken cancellationToken)
    {
        var current = await settings.CurrentAsync(caller.TenantId, cancellationToken);
        return TypedResults.Ok(new StreamProfileList([.. current.Settings.Streams.Select(own => View(own, current))]));
    }

    private static async Task<Results<Ok<StreamProfile>, ProblemHttpResult>> GetAsync(
        string id, Caller caller, StreamLookup streams, SettingsStore settings, CancellationToken cancellationToken) =>
        await streams.FindAsync(caller, id, cancellationToken) is { } stream
            ? TypedResults.Ok(View(stream.StreamId, await settings.CurrentAsync(caller.TenantId, cancellationToken)))
            : ApiProblem.NotFound("stream");

    private static async Task<Results<Ok<StreamProfile>, ProblemHttpResult>> PutAsync(
        string id, StreamProfileUpdate wanted, Caller caller, StreamLookup streams, SettingsStore settings, CancellationToken cancellationToken)
    {
        if (NoteProblem.Of(wanted.Note, "note") is { } badNote) return badNote;
        if (await streams.FindAsync(caller, id, cancellationToken) is not { } stream) return ApiProblem.NotFound("stream");
        var text = stream.StreamId.ToString();
        StreamSettings? own = wanted.Profile switch
        {
            Balanced => null,
            Strict => new StreamSettings(text, false, StrictPValue, StrictSeverity, wanted.WindowEvents, wanted.SessionKey),
            Muted => new StreamSettings(text, true, null, null, wanted.WindowEvents, wanted.SessionKey),
            Custom or null => new StreamSettings(text, wanted.Muted ?? false, wanted.MaxPValue, wanted.MinSeverity, wanted.WindowEvents, wanted.SessionKey),
            _ => new StreamSettings("", false, null, null, null, null),
        };
        if (own is { Id: "" }) return ApiProblem.Invalid("profile", "must be balanced, strict, muted or custom");
        try
        {
            var outcome = await settings.ChangeAsync(caller, wanted.Version, wanted.Note, current => Edit(current, text, own), cancellationToken);
            return outcome.Conflict is { } conflict ? SettingsProblem.Changed(conflict) : TypedResults.Ok(View(stream.StreamId, outcome.Changed!));
        }
        catch (FormatException failure)
        {
            return SettingsProblem.Of(failure);
        }
    }

    private static SettingsEdit Edit(TenantSettings current, string stream, StreamSettings? own)
    {
        var before = current.Streams.FirstOrDefault(settings => settings.Id == stream);
        var others = current.Streams.Where(settings => settings.Id != stream);
        IReadOnlyList<StreamSettings> after = [.. (own is null ? others : others.Append(own)).OrderBy(settings => settings.Id, StringComparer.Ordinal)];
        return new SettingsEdit(
            new TenantSettings { Configuration = current.Configuration, Streams = after, Maintenance = current.Maintenance }, "stream.profile", stream, before, own);
    }

    private static StreamProfile View(StreamId stream, CurrentSettings current)
    {
        var text = stream.ToString();
        return View(current.Settings.Streams.FirstOrDefault(own => own.Id == text) ?? new StreamSettings(text, false, null, null, null, null), current);
    }

    private static StreamProfile View(StreamSettings own, CurrentSettings current)
    {
        var c = own.Over(current.Settings.Configuration);
        return new StreamProfile(
            own.Id, NameOf(own), own.Muted, own.MaxPValue, own.MinSeverity, own.WindowEvents, own.SessionKey,
            new EffectiveSettings(c.FalseDiscoveryRate, c.WindowEvents, c.BaselineEvents, c.SessionKey, c.MaxPValue ?? 1, c.MinSeverity ?? "low"), current.Version);
    }

    private static string NameOf(StreamSettings own) => own switch
    {
        { WindowEvents: not null } or { SessionKey: not null } => Custom,
        { Muted: true, MaxPValue: null, MinSeverity: null } => Muted,
        { Muted: false, MaxPValue: null, MinSeverity: null } => Balanced,
        { Muted: false, MaxPValue: StrictPValue, MinSeverity: StrictSeverity } => Strict,
        _ => Custom,
    };
}

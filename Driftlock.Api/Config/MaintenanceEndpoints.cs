using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Driftlock.Api.Queries;
using Driftlock.Cbad.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Config;

/// <summary>Times in which nothing is told, because something is known to be different.</summary>
public static class MaintenanceEndpoints
{
    public static void MapMaintenance(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/admin/maintenance-windows").RequireAuthorization(Policies.Admin).WithTags("Admin");
        group.MapGet("/", ListAsync).WithSummary("Maintenance windows, latest first");
        group.MapPost("/", CreateAsync).WithSummary("Suppress what is flagged in a time, of a service or of all; holds for events that are received from now on");
        group.MapDelete("/{id:guid}", DeleteAsync).WithSummary("Take a maintenance window away");
    }

    private static async Task<Ok<MaintenanceWindowList>> ListAsync(Caller caller, SettingsStore settings, CancellationToken cancellationToken)
    {
        var current = await settings.CurrentAsync(caller.TenantId, cancellationToken);
        return TypedResults.Ok(new MaintenanceWindowList([.. current.Settings.Maintenance.OrderByDescending(window => window.FromUnixSeconds).Select(View)]));
    }

    private static async Task<Results<Created<MaintenanceWindow>, ProblemHttpResult>> CreateAsync(
        NewMaintenanceWindow wanted, Caller caller, SettingsStore settings, TimeProvider time, CancellationToken cancellationToken)
    {
        if (NoteProblem.Of(wanted.Reason, "reason") is { } badReason) return badReason;
        if (wanted.From is not { } from) return ApiProblem.Invalid("from", QueryTime.Format);
        if (wanted.To is not { } to || to <= from) return ApiProblem.Invalid("to", "must be a time after from");
        if (wanted.Service is { } service && (service.Length is 0 or > Maintenance.LongestService || service.Contains('\0'))) return ApiProblem.Invalid("service", $"must have 1 to {Maintenance.LongestService} characters, or be absent for all services");
        var now = time.GetUtcNow();
        var window = new Maintenance(Guid.CreateVersion7(now).ToString(), wanted.Service, from.ToUnixTimeSeconds(), to.ToUnixTimeSeconds(), wanted.Reason);
        try
        {
            await settings.ChangeAsync(
                caller, null, wanted.Reason, current => Edit(current, [.. current.Maintenance.Where(known => IsRecent(known, now)), window], window.Id, null, window), cancellationToken);
            return TypedResults.Created($"/api/v1/admin/maintenance-windows/{window.Id}", View(window));
        }
        catch (FormatException failure)
        {
            return SettingsProblem.Of(failure);
        }
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(Guid id, Caller caller, SettingsStore settings, CancellationToken cancellationToken)
    {
        var text = id.ToString();
        var isFound = false;
        await settings.ChangeAsync(caller, null, null, current =>
        {
            var window = current.Maintenance.FirstOrDefault(known => known.Id == text);
            isFound = window is not null;
            return window is null ? null : Edit(current, [.. current.Maintenance.Where(known => known.Id != text)], text, window, null);
        }, cancellationToken);
        return isFound ? TypedResults.NoContent() : ApiProblem.NotFound("maintenance window");
    }

    private static SettingsEdit Edit(TenantSettings current, IReadOnlyList<Maintenance> after, string target, Maintenance? was, Maintenance? becomes) => new(
        new TenantSettings { Configuration = current.Configuration, Streams = current.Streams, Maintenance = after },
        becomes is null ? "maintenance.delete" : "maintenance.create", target, was, becomes);

    /// <summary>Those long past only make the settings longer.</summary>
    private static bool IsRecent(Maintenance window, DateTimeOffset now) => window.ToUnixSeconds > now.AddDays(-30).ToUnixTimeSeconds();

    private static MaintenanceWindow View(Maintenance window) => new(
        window.Id, window.Service, DateTimeOffset.FromUnixTimeSeconds(window.FromUnixSeconds), DateTimeOffset.FromUnixTimeSeconds(window.ToUnixSeconds), window.Reason);
}

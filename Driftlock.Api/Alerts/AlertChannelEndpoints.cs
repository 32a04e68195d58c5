using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Driftlock.Api.Queries;
using Driftlock.Storage;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Alerts;

public static class AlertChannelEndpoints
{
    private const int DefaultDeliveries = 50;
    private const int MostDeliveries = 200;

    public static void MapAlertChannels(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/admin/alert-channels").RequireAuthorization(Policies.Admin).WithTags("Admin");
        group.MapGet("/", ListAsync).WithSummary("Who is told of anomalies, and whether it arrives");
        group.MapPost("/", CreateAsync).WithSummary("Tell somebody: by webhook, Slack or PagerDuty; a webhook's signing secret is shown this once").FailsWith("too_many_channels");
        group.MapPatch("/{id:guid}", UpdateAsync).WithSummary("Change a channel, disable or enable it");
        group.MapDelete("/{id:guid}", DeleteAsync).WithSummary("Delete a channel with what waits for it");
        group.MapPost("/{id:guid}/test", TestAsync).WithSummary("Send a test now and say what became of it");
        group.MapGet("/{id:guid}/deliveries", DeliveriesAsync).WithSummary("Alerts of a channel, newest first");
    }

    private static async Task<Ok<AlertChannelList>> ListAsync(Caller caller, DriftlockContext database, CancellationToken cancellationToken)
    {
        var channels = await database.AlertChannels.AsNoTracking().Where(channel => channel.TenantId == caller.TenantId).OrderByDescending(channel => channel.CreatedAt)
            .Take(AlertLimits.ChannelsPerTenant).ToListAsync(cancellationToken);
        var details = new List<AlertChannelDetail>(channels.Count);
        foreach (var channel in channels) details.Add(await ViewAsync(channel, database, cancellationToken));
        return TypedResults.Ok(new AlertChannelList(details));
    }

    private static async Task<Results<Created<CreatedAlertChannel>, ProblemHttpResult>> CreateAsync(
        NewAlertChannel wanted, Caller caller, OutboundAddresses addresses, AlertChannelChanges changes, DriftlockContext database, CancellationToken cancellationToken)
    {
        if (AlertChannelProblem.Of(wanted, addresses) is { } problem) return problem;
        return await changes.CreateAsync(caller, wanted, cancellationToken) is { } created
            ? TypedResults.Created($"/api/v1/admin/alert-channels/{created.Channel.Id}", new CreatedAlertChannel(await ViewAsync(created.Channel, database, cancellationToken), created.Secret))
            : ApiProblem.Conflict("too_many_channels", $"the tenant has {AlertLimits.ChannelsPerTenant} alert channels; delete one");
    }

    private static async Task<Results<Ok<AlertChannelDetail>, ProblemHttpResult>> UpdateAsync(
        Guid id, AlertChannelUpdate wanted, Caller caller, OutboundAddresses addresses, AlertChannelChanges changes, DriftlockContext database, CancellationToken cancellationToken)
    {
        if (await OfAsync(id, caller, database, cancellationToken) is not { } channel) return ApiProblem.NotFound("alert channel");
        if (AlertChannelProblem.Of(wanted, channel.Kind, addresses) is { } problem) return problem;
        return await changes.UpdateAsync(caller, id, wanted, cancellationToken) is { } updated
            ? TypedResults.Ok(await ViewAsync(updated, database, cancellationToken)) : ApiProblem.NotFound("alert channel");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(Guid id, Caller caller, AlertChannelChanges changes, CancellationToken cancellationToken) =>
        await changes.DeleteAsync(caller, id, cancellationToken) ? TypedResults.NoContent() : ApiProblem.NotFound("alert channel");

    private static async Task<Results<Ok<AlertTestResult>, ProblemHttpResult>> TestAsync(
        Guid id, Caller caller, AlertSender sender, DriftlockContext database, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await OfAsync(id, caller, database, cancellationToken) is not { } channel) return ApiProblem.NotFound("alert channel");
        var tenant = await database.Tenants.Where(tenant => tenant.Id == caller.TenantId).Select(tenant => tenant.Name).SingleAsync(cancellationToken);
        var test = Guid.CreateVersion7(time.GetUtcNow());
        var outcome = await sender.SendAsync(channel, test, new Alert("test", time.GetUtcNow(), $"test-{test:N}", tenant, null, null, null), cancellationToken);
        return TypedResults.Ok(new AlertTestResult(outcome.Error is null, outcome.Error));
    }

    private static async Task<Results<Ok<AlertDeliveryList>, ProblemHttpResult>> DeliveriesAsync(
        Guid id, string? limit, Caller caller, DriftlockContext database, CancellationToken cancellationToken)
    {
        if (!ListLimit.TryRead(limit, DefaultDeliveries, MostDeliveries, out var count, out var problem)) return problem;
        if (await OfAsync(id, caller, database, cancellationToken) is null) return ApiProblem.NotFound("alert channel");
        var rows = await database.AlertDeliveries.AsNoTracking().Where(delivery => delivery.ChannelId == id).OrderByDescending(delivery => delivery.CreatedAt).Take(count).ToListAsync(cancellationToken);
        return TypedResults.Ok(new AlertDeliveryList(rows.ConvertAll(row => new AlertDeliveryDetail(
            row.Id, row.Subject, row.AnomalyId, row.DeliveredAt is not null ? "delivered" : row.NextAttemptAt is null ? "givenUp" : "waiting",
            row.Attempts, row.CreatedAt, row.DeliveredAt, row.NextAttemptAt, row.Error))));
    }

    private static Task<AlertChannel?> OfAsync(Guid id, Caller caller, DriftlockContext database, CancellationToken cancellationToken) =>
        database.AlertChannels.AsNoTracking().SingleOrDefaultAsync(channel => channel.TenantId == caller.TenantId && channel.Id == id, cancellationToken);

    private static async Task<AlertChannelDetail> ViewAsync(AlertChannel channel, DriftlockContext database, CancellationToken cancellationToken)
    {
        var deliveries = database.AlertDeliveries.Where(delivery => delivery.ChannelId == channel.Id);
        var waiting = await deliveries.LongCountAsync(delivery => delivery.NextAttemptAt != null, cancellationToken);
        // A channel's alerts go out in the order in which they came, so the newest that arrived is the last that did.
        var last = await deliveries.Where(delivery => delivery.DeliveredAt != null).OrderByDescending(delivery => delivery.CreatedAt).Select(delivery => delivery.DeliveredAt).FirstOrDefaultAsync(cancellationToken);
        var error = await deliveries.OrderByDescending(delivery => delivery.CreatedAt).Select(delivery => delivery.Error).FirstOrDefaultAsync(cancellationToken);
        return new AlertChannelDetail(
            channel.Id, channel.Name, channel.Kind, channel.ShownTarget, channel.Subject, channel.MinSeverity, channel.Service, channel.Enabled, channel.CreatedAt, waiting, last, error);
    }
}

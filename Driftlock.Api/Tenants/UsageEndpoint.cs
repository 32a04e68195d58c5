using Driftlock.Api.Auth;
using Driftlock.Api.Queries;
using Driftlock.Api.Limits;
using Driftlock.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Tenants;

/// <param name="Bytes">Of request bodies, decompressed.</param>
public sealed record UsageOfDay(DateOnly Day, long Requests, long Events, long Bytes);

/// <param name="EventsPerDay">What the tenant's tier allows; null: no limit.</param>
/// <param name="Days">Days of UTC with any request, newest first.</param>
public sealed record Usage(string Tenant, long? EventsPerDay, long Streams, int? StreamsAllowed, IReadOnlyList<UsageOfDay> Days);

public static class UsageEndpoint
{
    private const int DefaultDays = 31;
    private const int MostDays = 400;

    public static void MapUsage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/admin/usage", RunAsync).RequireAuthorization(Policies.Admin).WithTags("Admin").WithSummary("What the tenant has sent, day by day, and what it may");

    private static async Task<Results<Ok<Usage>, ProblemHttpResult>> RunAsync(
        string? limit, Caller caller, DriftlockContext database, TenantLimits tenants, UsageMeter meter, CancellationToken cancellationToken)
    {
        if (!ListLimit.TryRead(limit, DefaultDays, MostDays, out var count, out var problem)) return problem;
        await meter.FlushAsync(cancellationToken);
        var limits = await tenants.OfAsync(caller.TenantId, cancellationToken);
        var name = await database.Tenants.Where(tenant => tenant.Id == caller.TenantId).Select(tenant => tenant.Name).SingleAsync(cancellationToken);
        var days = await database.Usage.AsNoTracking().Where(day => day.TenantId == caller.TenantId).OrderByDescending(day => day.Day).Take(count)
            .Select(day => new UsageOfDay(day.Day, day.Requests, day.Events, day.Bytes)).ToListAsync(cancellationToken);
        var streams = await database.Streams.LongCountAsync(stream => stream.TenantId == caller.TenantId, cancellationToken);
        return TypedResults.Ok(new Usage(
            name, limits.EventsPerDay == long.MaxValue ? null : limits.EventsPerDay, streams, limits.Streams == int.MaxValue ? null : limits.Streams, days));
    }
}

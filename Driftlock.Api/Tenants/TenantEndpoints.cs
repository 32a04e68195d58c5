using Driftlock.Api.Audit;
using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Driftlock.Api.Limits;
using Driftlock.Storage;
using Driftlock.Storage.Audit;
using Driftlock.Storage.Identity;
using Driftlock.Storage.Model;
using Driftlock.Storage.Secrets;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Tenants;

/// <param name="Tier">unlimited, free, team or business.</param>
public sealed record NewTenant(string? Name, TenantTier? Tier);

public sealed record TenantUpdate(TenantTier? Tier, bool? Disabled);

/// <param name="EventsPerDay">Null: no limit, as of the others.</param>
public sealed record TenantQuota(long? EventsPerDay, int? Streams, int? RetentionDays, double? RequestsPerSecond);

public sealed record TenantDetail(int Id, string Name, TenantTier Tier, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt, TenantQuota Quota);

/// <param name="AdminKey">Of its first API key, with which it makes others and users: shown this once.</param>
public sealed record CreatedTenant(TenantDetail Tenant, string AdminKey);

public sealed record TenantList(IReadOnlyList<TenantDetail> Items);

/// <summary>For who operates the deployment.</summary>
public static class TenantEndpoints
{
    private const int LongestName = 100;

    /// <summary>Tenants of one deployment, so that the list stays one page.</summary>
    private const int Most = 10_000;

    public static void MapTenants(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/admin/tenants").RequireAuthorization(Policies.Operate).WithTags("Admin");
        group.MapGet("/", ListAsync).WithSummary("Tenants, oldest first");
        group.MapPost("/", CreateAsync).WithSummary("Make a tenant and its first admin key").FailsWith("tenant_exists");
        group.MapPatch("/{id:int}", UpdateAsync).WithSummary("Change a tenant's tier, disable or enable it").FailsWith("own_tenant");
    }

    private static async Task<Ok<TenantList>> ListAsync(DriftlockContext database, CancellationToken cancellationToken) =>
        TypedResults.Ok(new TenantList((await database.Tenants.AsNoTracking().OrderBy(tenant => tenant.Id).Take(Most).ToListAsync(cancellationToken)).ConvertAll(View)));

    private static async Task<Results<Created<CreatedTenant>, ProblemHttpResult>> CreateAsync(
        NewTenant wanted, Caller caller, DriftlockContext database, AuditedChange change, KeyRingSource keys, TimeProvider time, CancellationToken cancellationToken)
    {
        var name = wanted.Name?.Trim();
        if (string.IsNullOrEmpty(name) || name.Length > LongestName || name.Any(char.IsControl)) return ApiProblem.Invalid("name", $"must have 1 to {LongestName} characters");
        var tier = wanted.Tier ?? TenantTier.Unlimited;
        if (!Enum.IsDefined(tier)) return ApiProblem.Invalid("tier", "must be unlimited, free, team or business");
        var ring = await keys.GetAsync(cancellationToken);
        var created = await change.RunAsync<CreatedTenant?>(caller, async cancellation =>
        {
            if (await database.Tenants.AnyAsync(tenant => tenant.Name == name, cancellation) || await database.Tenants.CountAsync(cancellation) >= Most) return new(null);
            var (now, secret) = (time.GetUtcNow(), Credential.Create(Credential.ApiKeyPrefix));
            var tenant = new Tenant { Name = name, CreatedAt = now, Tier = tier };
            database.Add(tenant);
            await database.SaveChangesAsync(cancellation);
            database.Add(new ApiKey
            {
                Id = Guid.CreateVersion7(now), TenantId = tenant.Id, Name = "first admin key", Scopes = Roles.Of(ApiKeyRole.Admin),
                SecretHash = ring.Hash(Credential.Digest(secret)), IsKeyed = true, Prefix = Credential.Display(secret), CreatedAt = now,
            });
            return new(new CreatedTenant(View(tenant), secret), AuditRecord.Of("tenant.create", $"tenant:{tenant.Id}", null, new { name, tier }));
        }, cancellationToken);
        return created is null
            ? ApiProblem.Conflict("tenant_exists", $"there is a tenant of this name, or there are {Most} tenants")
            : TypedResults.Created($"/api/v1/admin/tenants/{created.Tenant.Id}", created);
    }

    private static async Task<Results<Ok<TenantDetail>, ProblemHttpResult>> UpdateAsync(
        int id, TenantUpdate wanted, Caller caller, DriftlockContext database, AuditedChange change, TimeProvider time, CancellationToken cancellationToken)
    {
        if (wanted.Tier is { } tier && !Enum.IsDefined(tier)) return ApiProblem.Invalid("tier", "must be unlimited, free, team or business");
        if (id == caller.TenantId && wanted.Disabled == true) return ApiProblem.Conflict("own_tenant", "you cannot disable the tenant that you operate from");
        var updated = await change.RunAsync<TenantDetail?>(caller, async cancellation =>
        {
            var tenant = await database.Tenants.SingleOrDefaultAsync(tenant => tenant.Id == id, cancellation);
            if (tenant is null) return new(null);
            var before = new { tenant.Tier, Disabled = tenant.DisabledAt is not null };
            tenant.Tier = wanted.Tier ?? tenant.Tier;
            if (wanted.Disabled is { } disabled) tenant.DisabledAt = disabled ? tenant.DisabledAt ?? time.GetUtcNow() : null;
            var after = new { tenant.Tier, Disabled = tenant.DisabledAt is not null };
            return before.Equals(after) ? new(View(tenant)) : new(View(tenant), AuditRecord.Of("tenant.update", $"tenant:{id}", before, after));
        }, cancellationToken);
        return updated is null ? ApiProblem.NotFound("tenant") : TypedResults.Ok(updated);
    }

    private static TenantDetail View(Tenant tenant)
    {
        var limits = TierLimits.Of(tenant.Tier);
        return new TenantDetail(tenant.Id, tenant.Name, tenant.Tier, tenant.CreatedAt, tenant.DisabledAt, new TenantQuota(
            limits.EventsPerDay == long.MaxValue ? null : limits.EventsPerDay, limits.Streams == int.MaxValue ? null : limits.Streams,
            limits.RetentionDays == int.MaxValue ? null : limits.RetentionDays, limits.RequestsPerSecond == double.MaxValue ? null : limits.RequestsPerSecond));
    }
}

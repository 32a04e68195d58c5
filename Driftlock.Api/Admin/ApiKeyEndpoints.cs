using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Driftlock.Storage;
using Driftlock.Storage.Identity;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Admin;

public sealed record NewApiKey(string? Name, ApiKeyRole? Role, DateTimeOffset? ExpiresAt);

/// <param name="Secret">Shown this once; only its hash is kept.</param>
public sealed record CreatedApiKey(Guid Id, string Name, ApiKeyRole Role, string Secret, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);

/// <param name="Prefix">The secret's first characters.</param>
public sealed record ApiKeyDetail(
    Guid Id, string Name, ApiKeyRole Role, string Prefix, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt);

public sealed record ApiKeyList(IReadOnlyList<ApiKeyDetail> Items);

/// <param name="Tenant">The tenant's name.</param>
public sealed record CallerIdentity(string Tenant, string Role, string KeyName);

public static class ApiKeyEndpoints
{
    private const int LongestName = 100;

    /// <summary>Keys that a tenant may have, revoked ones included, so that the list stays one page.</summary>
    public const int KeysPerTenant = 200;

    public static void MapApiKeys(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/admin/api-keys").RequireAuthorization(Policies.Admin).WithTags("Admin");
        group.MapGet("/", ListAsync).WithSummary("The tenant's keys, newest first");
        group.MapPost("/", CreateAsync).WithSummary("Make a key; its secret is shown this once");
        group.MapDelete("/{id:guid}", RevokeAsync).WithSummary("Revoke a key at once");
        routes.MapGet("/me", MeAsync).WithTags("Admin").RequireAuthorization().WithSummary("Whose key this is");
    }

    private static async Task<Ok<ApiKeyList>> ListAsync(Caller caller, DriftlockContext database, CancellationToken cancellationToken) =>
        TypedResults.Ok(new ApiKeyList(await Of(caller, database).OrderByDescending(key => key.CreatedAt).Take(KeysPerTenant)
            .Select(key => new ApiKeyDetail(key.Id, key.Name, key.Role, key.Prefix, key.CreatedAt, key.ExpiresAt, key.RevokedAt))
            .ToListAsync(cancellationToken)));

    private static async Task<Results<Created<CreatedApiKey>, ProblemHttpResult>> CreateAsync(
        NewApiKey wanted, Caller caller, DriftlockContext database, TimeProvider time, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(wanted.Name) || wanted.Name.Length > LongestName || wanted.Name.Contains('\0'))
        {
            return ApiProblem.Invalid("name", $"must have 1 to {LongestName} characters");
        }
        if (wanted.Role is not { } role || !Enum.IsDefined(role)) return ApiProblem.Invalid("role", "must be ingest, read or admin");
        var now = time.GetUtcNow();
        if (wanted.ExpiresAt <= now) return ApiProblem.Invalid("expiresAt", "must lie in the future");
        if (await Of(caller, database).CountAsync(cancellationToken) >= KeysPerTenant)
        {
            return ApiProblem.Conflict("too_many_keys", $"the tenant has {KeysPerTenant} keys, revoked ones included");
        }
        var secret = ApiKeySecret.Create();
        var key = new ApiKey
        {
            Id = Guid.CreateVersion7(now),
            TenantId = caller.TenantId,
            Name = wanted.Name.Trim(),
            Role = role,
            SecretHash = ApiKeySecret.Hash(secret),
            Prefix = ApiKeySecret.Display(secret),
            CreatedAt = now,
            ExpiresAt = wanted.ExpiresAt?.ToUniversalTime(),
        };
        database.Add(key);
        await database.SaveChangesAsync(cancellationToken);
        return TypedResults.Created(
            $"/api/v1/admin/api-keys/{key.Id}", new CreatedApiKey(key.Id, key.Name, key.Role, secret, key.CreatedAt, key.ExpiresAt));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(
        Guid id, Caller caller, DriftlockContext database, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var found = await database.ApiKeys.Where(key => key.TenantId == caller.TenantId && key.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(key => key.RevokedAt, key => key.RevokedAt ?? now), cancellationToken);
        return found == 0 ? ApiProblem.NotFound("API key") : TypedResults.NoContent();
    }

    private static async Task<Ok<CallerIdentity>> MeAsync(Caller caller, DriftlockContext database, CancellationToken cancellationToken)
    {
        var tenant = await database.Tenants.AsNoTracking().Where(tenant => tenant.Id == caller.TenantId).Select(tenant => tenant.Name)
            .SingleAsync(cancellationToken);
        return TypedResults.Ok(new CallerIdentity(tenant, caller.Role, caller.Name));
    }

    private static IQueryable<ApiKey> Of(Caller caller, DriftlockContext database) =>
        database.ApiKeys.AsNoTracking().Where(key => key.TenantId == caller.TenantId);
}

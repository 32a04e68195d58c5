using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Driftlock.Storage;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Admin;

public static class ApiKeyEndpoints
{
    private const int LongestName = 100;
    private const int LongestOverlapHours = 168;
    private const int DefaultOverlapHours = 24;

    /// <summary>Keys that a tenant may have, revoked ones included, so that the list stays one page.</summary>
    public const int KeysPerTenant = 200;

    public static void MapApiKeys(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/admin/api-keys").RequireAuthorization(Policies.Admin).WithTags("Admin");
        group.MapGet("/", ListAsync).WithSummary("The tenant's keys, newest first");
        group.MapPost("/", CreateAsync).WithSummary("Make a key; its secret is shown this once").FailsWith("too_many_keys");
        group.MapPost("/{id:guid}/rotate", RotateAsync).WithSummary("Make the key's successor; for a while both work").FailsWith("key_not_active", "already_rotated", "too_many_keys");
        group.MapDelete("/{id:guid}", RevokeAsync).WithSummary("Revoke a key at once");
    }

    private static async Task<Ok<ApiKeyList>> ListAsync(Caller caller, DriftlockContext database, KeyUse use, CancellationToken cancellationToken)
    {
        await use.FlushAsync(cancellationToken);
        var keys = await database.ApiKeys.AsNoTracking().Where(key => key.TenantId == caller.TenantId)
            .OrderByDescending(key => key.CreatedAt).Take(KeysPerTenant).ToListAsync(cancellationToken);
        return TypedResults.Ok(new ApiKeyList(keys.ConvertAll(key => new ApiKeyDetail(
            key.Id, key.Name, Roles.NameOf(key.Scopes), ScopeNames.Of(key.Scopes), key.Prefix, key.CreatedAt, key.ExpiresAt, key.RevokedAt,
            key.LastUsedAt, key.ReplacesId))));
    }

    private static async Task<Results<Created<CreatedApiKey>, ProblemHttpResult>> CreateAsync(
        NewApiKey wanted, Caller caller, ApiKeyChanges changes, TimeProvider time, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(wanted.Name) || wanted.Name.Length > LongestName || wanted.Name.Contains('\0'))
        {
            return ApiProblem.Invalid("name", $"must have 1 to {LongestName} characters");
        }
        if (!TryReadScopes(wanted, out var scopes, out var problem)) return problem!;
        if (!Roles.AreWithin(scopes, caller))
        {
            return ApiProblem.Of(StatusCodes.Status403Forbidden, "forbidden", $"a key can have at most your own scopes: {string.Join(", ", ScopeNames.Of(caller.Scopes))}");
        }
        if (wanted.ExpiresAt <= time.GetUtcNow()) return ApiProblem.Invalid("expiresAt", "must lie in the future");
        return await changes.CreateAsync(caller, wanted.Name.Trim(), scopes, wanted.ExpiresAt?.ToUniversalTime(), cancellationToken) is { } created
            ? At(created)
            : TooMany();
    }

    private static async Task<Results<Created<CreatedApiKey>, ProblemHttpResult>> RotateAsync(
        Guid id, Rotation rotation, Caller caller, ApiKeyChanges changes, CancellationToken cancellationToken)
    {
        var hours = rotation.OverlapHours ?? DefaultOverlapHours;
        if (hours is < 0 or > LongestOverlapHours) return ApiProblem.Invalid("overlapHours", $"must be 0 to {LongestOverlapHours}");
        var (outcome, created) = await changes.RotateAsync(caller, id, TimeSpan.FromHours(hours), cancellationToken);
        return outcome switch
        {
            RotationOutcome.Rotated => At(created!),
            RotationOutcome.NotFound => ApiProblem.NotFound("API key"),
            RotationOutcome.BeyondCaller => ApiProblem.Of(StatusCodes.Status403Forbidden, "forbidden", "this key has scopes that you do not have"),
            RotationOutcome.NotActive => ApiProblem.Conflict("key_not_active", "the key is revoked or expired: make a new one"),
            RotationOutcome.AlreadyReplaced => ApiProblem.Conflict("already_rotated", "the key has a successor already: rotate that one"),
            _ => TooMany(),
        };
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(
        Guid id, Caller caller, ApiKeyChanges changes, CancellationToken cancellationToken) =>
        await changes.RevokeAsync(caller, id, cancellationToken) ? TypedResults.NoContent() : ApiProblem.NotFound("API key");

    private static bool TryReadScopes(NewApiKey wanted, out Scopes scopes, out ProblemHttpResult? problem)
    {
        scopes = Scopes.None;
        problem = null;
        if (wanted.Scopes is { } names)
        {
            if (wanted.Role is not null) problem = ApiProblem.Invalid("scopes", "give either role or scopes");
            else if (!ScopeNames.TryParse(names, out scopes)) problem = ApiProblem.Invalid("scopes", "must be a list out of ingest, read, write, admin, operate");
        }
        else if (wanted.Role is { } role && Enum.IsDefined(role)) scopes = Roles.Of(role);
        else problem = ApiProblem.Invalid("role", "must be ingest, read, analyst or admin");
        return problem is null;
    }

    private static Created<CreatedApiKey> At(CreatedApiKey key) => TypedResults.Created($"/api/v1/admin/api-keys/{key.Id}", key);

    private static ProblemHttpResult TooMany() => ApiProblem.Conflict("too_many_keys", $"the tenant has {KeysPerTenant} keys, revoked ones included");
}

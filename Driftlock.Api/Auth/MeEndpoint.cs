using Driftlock.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Auth;

/// <param name="Tenant">The tenant's name.</param>
/// <param name="Role">ingest, read, analyst, admin or custom of a key; viewer, analyst or admin of a user.</param>
/// <param name="KeyName">The key's name; of a user, the e-mail address.</param>
/// <param name="Scopes">What may be done.</param>
/// <param name="Kind">key, user or token.</param>
public sealed record CallerIdentity(string Tenant, string Role, string KeyName, IReadOnlyList<string> Scopes, string Kind);

public static class MeEndpoint
{
    public static void MapMe(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/me", MeAsync).WithTags("Accounts").RequireAuthorization().WithSummary("Who calls, and what it may do");

    private static async Task<Ok<CallerIdentity>> MeAsync(Caller caller, DriftlockContext database, CancellationToken cancellationToken)
    {
        var tenant = await database.Tenants.AsNoTracking().Where(tenant => tenant.Id == caller.TenantId).Select(tenant => tenant.Name)
            .SingleAsync(cancellationToken);
        return TypedResults.Ok(new CallerIdentity(
            tenant, caller.Role, caller.Name, ScopeNames.Of(caller.Scopes), caller.Id[..caller.Id.IndexOf(':', StringComparison.Ordinal)]));
    }
}

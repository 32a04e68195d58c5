using System.Security.Claims;
using Driftlock.Storage.Connections;
using Driftlock.Storage.Model;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Driftlock.Api.Auth;

/// <summary>Who a token of the issuer is for, in terms of ours: its tenant by name, its role out of its claims.</summary>
public sealed class TokenCaller(NpgsqlDataSource dataSource, IOptions<OidcOptions> options)
{
    private const int LongestSubject = 255;

    /// <summary>Null when it names no tenant that is there and enabled, or no role.</summary>
    public async Task<Caller?> FindAsync(ClaimsPrincipal token, HttpContext context)
    {
        var subject = token.FindFirstValue("sub");
        if (subject is not { Length: > 0 and <= LongestSubject } || token.FindFirstValue(options.Value.TenantClaim) is not { Length: > 0 } tenantName) return null;
        if (RoleOf(token) is not { } role) return null;
        try
        {
            await using var command = dataSource.CreateCommand("SELECT id FROM tenants WHERE name = $1 AND disabled_at IS NULL");
            command.Parameters.Add(new() { Value = tenantName });
            if (await command.ExecuteScalarAsync(context.RequestAborted) is not int tenant) return null;
            // The deployment is operated from the default tenant only.
            if (role == UserRole.Operator && tenant != Tenant.DefaultId) role = UserRole.Admin;
            return new Caller(tenant, $"token:{subject}", token.FindFirstValue("email") ?? subject, Roles.Of(role), Roles.NameOf(role));
        }
        catch (Exception e) when (DatabaseFailure.Is(e))
        {
            AuthorityAway.Note(context);
            return null;
        }
    }

    private UserRole? RoleOf(ClaimsPrincipal token)
    {
        UserRole? most = null;
        foreach (var claim in token.FindAll(options.Value.RoleClaim))
        {
            foreach (var role in Enum.GetValues<UserRole>())
            {
                if (string.Equals(claim.Value, Roles.NameOf(role), StringComparison.Ordinal) && (most is null || role > most)) most = role;
            }
        }
        return most;
    }
}

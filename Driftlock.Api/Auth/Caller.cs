using System.Globalization;
using System.Reflection;
using System.Security.Claims;

namespace Driftlock.Api.Auth;

/// <summary>Who calls: bound by endpoints as a parameter, so that no query can be written without a tenant at hand.</summary>
public sealed record Caller(int TenantId, string Name, string Role)
{
    public const string TenantClaim = "driftlock:tenant";

    /// <summary>For minimal API parameter binding.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo _) => ValueTask.FromResult<Caller?>(From(context.User));

    /// <exception cref="InvalidOperationException">The endpoint does not require authorization: a defect.</exception>
    public static Caller From(ClaimsPrincipal user) => new(
        int.Parse(
            user.FindFirstValue(TenantClaim) ?? throw new InvalidOperationException("endpoint without authorization asks for its caller"),
            CultureInfo.InvariantCulture),
        user.FindFirstValue(ClaimTypes.Name) ?? "",
        RoleOf(user));

    public static string RoleOf(ClaimsPrincipal user) => (user.FindFirstValue(ClaimTypes.Role) ?? "none").ToLowerInvariant();
}

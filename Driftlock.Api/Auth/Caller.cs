using System.Globalization;
using System.Reflection;
using System.Security.Claims;
using Driftlock.Storage.Audit;
using Driftlock.Storage.Model;

namespace Driftlock.Api.Auth;

/// <summary>Who calls: bound by endpoints as a parameter, so that no query can be written without a tenant at hand.</summary>
/// <param name="TenantId">Whose data may be seen and changed.</param>
/// <param name="Id">key:ID, user:ID or token:SUBJECT.</param>
/// <param name="Name">For people: the key's name, or the user's e-mail address.</param>
/// <param name="Scopes">What policies ask for.</param>
/// <param name="Role">For people.</param>
public sealed record Caller(int TenantId, string Id, string Name, Scopes Scopes, string Role)
{
    private const string TenantClaim = "driftlock:tenant";
    private const string ScopesClaim = "driftlock:scopes";

    private const string UserPrefix = "user:";

    public Actor Actor => new(Id, Name);

    /// <summary>Null of who did not sign in with a password.</summary>
    public Guid? UserId => Id.StartsWith(UserPrefix, StringComparison.Ordinal) ? Guid.Parse(Id.AsSpan(UserPrefix.Length)) : null;

    /// <summary>For minimal API parameter binding.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo _) => ValueTask.FromResult<Caller?>(From(context.User));

    /// <exception cref="InvalidOperationException">The endpoint does not require authorization: a defect.</exception>
    public static Caller From(ClaimsPrincipal user) =>
        TryFrom(user) ?? throw new InvalidOperationException("endpoint without authorization asks for its caller");

    /// <summary>Null for who did not say who it is.</summary>
    public static Caller? TryFrom(ClaimsPrincipal user) => user.FindFirstValue(TenantClaim) is not { } tenant ? null : new Caller(
        int.Parse(tenant, CultureInfo.InvariantCulture),
        user.FindFirstValue(ClaimTypes.NameIdentifier) ?? "",
        user.FindFirstValue(ClaimTypes.Name) ?? "",
        (Scopes)int.Parse(user.FindFirstValue(ScopesClaim) ?? "0", CultureInfo.InvariantCulture),
        user.FindFirstValue(ClaimTypes.Role) ?? "");

    public ClaimsPrincipal ToPrincipal(string scheme) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, Id),
            new Claim(ClaimTypes.Name, Name),
            new Claim(ClaimTypes.Role, Role),
            new Claim(ScopesClaim, ((int)Scopes).ToString(CultureInfo.InvariantCulture)),
            new Claim(TenantClaim, TenantId.ToString(CultureInfo.InvariantCulture)),
        ], scheme));
}

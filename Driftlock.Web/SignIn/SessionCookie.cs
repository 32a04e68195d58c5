using System.Security.Claims;
using Driftlock.Web.ApiClient;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Driftlock.Web.SignIn;

/// <summary>What a session holds: the user's API key, or the token of the user's session with the Api, in a cookie that is encrypted, HttpOnly and never read by scripts.</summary>
internal static class SessionCookie
{
    public const string Name = "driftlock-session";
    public const string SignInPath = "/sign-in";
    private const string KeyClaim = "driftlock:key";
    private const string ScopeClaim = "driftlock:scope";
    private const string TenantClaim = "driftlock:tenant";

    public static ClaimsPrincipal For(string key, KeyOwner me) => new(new ClaimsIdentity(
        [
            new(ClaimTypes.Name, string.IsNullOrWhiteSpace(me.KeyName) ? me.Role : me.KeyName),
            new(ClaimTypes.Role, me.Role),
            new(TenantClaim, me.Tenant),
            new(KeyClaim, key),
            .. me.Scopes.Select(scope => new Claim(ScopeClaim, scope)),
        ],
        CookieAuthenticationDefaults.AuthenticationScheme));

    public static string? KeyOf(ClaimsPrincipal user) => user.FindFirstValue(KeyClaim);

    public static string TenantOf(ClaimsPrincipal user) => user.FindFirstValue(TenantClaim) ?? "";

    /// <summary>Only the Api decides what a key may do; this only spares the user buttons that cannot work.</summary>
    /// <param name="user">Who is signed in.</param>
    /// <param name="scope">read, write (work on anomalies), admin (settings, keys, users) or operate (tenants).</param>
    public static bool May(ClaimsPrincipal user, string scope) => user.HasClaim(ScopeClaim, scope);

    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = Name;
        options.Cookie.HttpOnly = true;
        // Lax, not Strict: a link to an anomaly in a chat or a mail has to open signed in. Every write carries an antiforgery token.
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = TimeSpan.FromHours(12);
        options.SlidingExpiration = true;
        options.LoginPath = SignInPath;
        options.AccessDeniedPath = SignInPath;
        options.ReturnUrlParameter = "returnUrl";
    }

    /// <summary>Where to go after signing in: a path of this site, never another site.</summary>
    public static string LocalOrHome(string? address) =>
        address is ['/', ..] and not ['/', '/' or '\\', ..] && !address.Any(char.IsControl) ? address : "/";
}

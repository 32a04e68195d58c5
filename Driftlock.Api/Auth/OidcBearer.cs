using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Driftlock.Api.Auth;

/// <summary>
/// Takes tokens of an OpenID Connect issuer beside our own keys and sessions. A token says who somebody is; tenant and role are looked up
/// by what it claims (<see cref="TokenCaller"/>).
/// </summary>
internal static class OidcBearer
{
    private const int LongestToken = 16 << 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"];

    public static void AddOidcBearer(this AuthenticationBuilder authentication)
    {
        var services = authentication.Services;
        services.AddOptions<OidcOptions>().BindConfiguration(OidcOptions.Section)
            .Validate(options => options.IsValid, "Oidc:Authority must be an https address (http only with Oidc:RequireHttps=false)")
            .Validate(options => options.Audience.Length > 0, "Oidc:Audience must not be empty")
            .Validate(options => options.KeyRefresh >= BaseConfigurationManager.MinimumAutomaticRefreshInterval, "Oidc:KeyRefresh must be at least 5 minutes")
            .ValidateOnStart();
        services.AddSingleton<TokenCaller>();
        authentication.AddJwtBearer(JwtBearerDefaults.AuthenticationScheme, _ => { });
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<IOptions<OidcOptions>>((bearer, oidc) => Configure(bearer, oidc.Value));
        services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, static options =>
        {
            // Otherwise a key that the issuer withdrew is good for another hour.
            if (options.ConfigurationManager is BaseConfigurationManager documents) documents.UseLastKnownGoodConfiguration = false;
        });
    }

    /// <summary>Three parts of base64url, the first of which begins with <c>{"</c>: RFC 7519 3.</summary>
    public static bool IsToken(string? authorization) =>
        authorization?.StartsWith("Bearer eyJ", StringComparison.OrdinalIgnoreCase) == true && authorization.AsSpan().Count('.') == 2;

    private static void Configure(JwtBearerOptions bearer, OidcOptions oidc)
    {
        if (string.IsNullOrEmpty(oidc.Authority)) return;
        bearer.Authority = oidc.Authority;
        bearer.Audience = oidc.Audience;
        bearer.RequireHttpsMetadata = oidc.RequireHttps;
        bearer.MapInboundClaims = false;
        bearer.IncludeErrorDetails = false;
        bearer.SaveToken = false;
        bearer.BackchannelTimeout = Patience;
        bearer.AutomaticRefreshInterval = oidc.KeyRefresh;
        bearer.TokenValidationParameters.ValidAlgorithms = Algorithms;
        foreach (var reader in bearer.TokenHandlers) reader.MaximumTokenSizeInBytes = LongestToken;
        bearer.Events = new JwtBearerEvents { OnTokenValidated = AcceptAsync, OnAuthenticationFailed = TellFailureAsync };
    }

    /// <summary>A token whose issuer could not be asked is not a wrong one: a sender that is told so throws its data away.</summary>
    private static async Task TellFailureAsync(AuthenticationFailedContext context)
    {
        if (context.Options.ConfigurationManager is not { } issuer) return;
        try
        {
            await issuer.GetConfigurationAsync(context.HttpContext.RequestAborted);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            AuthorityAway.Note(context.HttpContext);
        }
    }

    private static async Task AcceptAsync(TokenValidatedContext context)
    {
        // RFC 7515 4.1.11: what the token calls critical and the reader does not know, it must not accept; the library knows none and looks past it.
        if (((JsonWebToken)context.SecurityToken).TryGetHeaderValue<object>("crit", out _))
        {
            context.Fail("the token calls an extension critical that is not known here");
            return;
        }
        var caller = await context.HttpContext.RequestServices.GetRequiredService<TokenCaller>().FindAsync(context.Principal!, context.HttpContext);
        if (caller is null) context.Fail("the token names no tenant or role that is known here");
        else context.Principal = caller.ToPrincipal(context.Scheme.Name);
    }
}

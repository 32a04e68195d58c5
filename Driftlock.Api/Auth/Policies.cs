using Driftlock.Storage.Identity;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Auth;

/// <summary>Every endpoint group names one of these; what names none is refused by the fallback policy.</summary>
public static class Policies
{
    public const string Ingest = "ingest";
    public const string Read = "read";
    public const string Write = "write";
    public const string Admin = "admin";
    public const string Operate = "operate";

    private const string AnyScheme = "Driftlock";

    public static IServiceCollection AddCallers(this IServiceCollection services)
    {
        services.AddSingleton<KeyUse>().AddHostedService(provider => provider.GetRequiredService<KeyUse>());
        services.AddSingleton<AuthorityVersion>().AddSingleton<CredentialLookup>();
        services.AddAuthentication(AnyScheme)
            .AddPolicyScheme(AnyScheme, null, any =>
            {
                any.ForwardDefaultSelector = context => OidcBearer.IsToken(context.Request.Headers.Authorization)
                    && !string.IsNullOrEmpty(context.RequestServices.GetRequiredService<IOptions<OidcOptions>>().Value.Authority)
                    ? JwtBearerDefaults.AuthenticationScheme : CredentialAuthentication.SchemeName;
                // Every refusal has our form, OTLP's among them.
                any.ForwardChallenge = CredentialAuthentication.SchemeName;
                any.ForwardForbid = CredentialAuthentication.SchemeName;
            })
            .AddScheme<AuthenticationSchemeOptions, CredentialAuthentication>(CredentialAuthentication.SchemeName, null)
            .AddOidcBearer();
        services.AddAuthorizationBuilder()
            .AddPolicy(Ingest, Asking(Scopes.Ingest))
            .AddPolicy(Read, Asking(Scopes.Read))
            .AddPolicy(Write, Asking(Scopes.Write))
            .AddPolicy(Admin, Asking(Scopes.Admin))
            .AddPolicy(Operate, Asking(Scopes.Operate))
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        return services;
    }

    private static Action<AuthorizationPolicyBuilder> Asking(Scopes scope) => policy => policy
        .RequireAuthenticatedUser()
        .RequireAssertion(context => Caller.TryFrom(context.User) is { } caller && caller.Scopes.HasFlag(scope));
}

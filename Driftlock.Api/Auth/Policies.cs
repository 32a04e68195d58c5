using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Authentication;

namespace Driftlock.Api.Auth;

/// <summary>Every endpoint group names one of these; what names none is refused by the fallback policy.</summary>
public static class Policies
{
    public const string Ingest = "ingest";
    public const string Read = "read";
    public const string Admin = "admin";

    public static IServiceCollection AddApiKeys(this IServiceCollection services)
    {
        services.AddSingleton<ApiKeyLookup>();
        services.AddAuthentication(ApiKeyAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(Ingest, policy => policy.RequireRole(nameof(ApiKeyRole.Ingest), nameof(ApiKeyRole.Admin)))
            .AddPolicy(Read, policy => policy.RequireRole(nameof(ApiKeyRole.Read), nameof(ApiKeyRole.Admin)))
            .AddPolicy(Admin, policy => policy.RequireRole(nameof(ApiKeyRole.Admin)))
            .SetFallbackPolicy(new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        return services;
    }
}

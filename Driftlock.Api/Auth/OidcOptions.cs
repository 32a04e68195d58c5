namespace Driftlock.Api.Auth;

/// <summary>Section <c>Oidc</c>: tokens (JWT) of an OpenID Connect issuer are taken as bearer tokens.</summary>
public sealed class OidcOptions
{
    public const string Section = "Oidc";

    /// <summary>Address of the issuer; none: no tokens are taken.</summary>
    public string? Authority { get; set; }

    /// <summary>What a token must be made for.</summary>
    public string Audience { get; set; } = "driftlock";

    /// <summary>The claim that names the tenant.</summary>
    public string TenantClaim { get; set; } = "tenant";

    /// <summary>The claim that holds viewer, analyst, admin or operator; of several the one with the most weight counts.</summary>
    public string RoleClaim { get; set; } = "roles";

    /// <summary>False only for an issuer on the same machine.</summary>
    public bool RequireHttps { get; set; } = true;

    /// <summary>How often the issuer's keys are read again, so that a key that was withdrawn ends.</summary>
    public TimeSpan KeyRefresh { get; set; } = TimeSpan.FromMinutes(10);

    public bool IsValid => Authority is not { Length: > 0 } || (Uri.TryCreate(Authority, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || (!RequireHttps && address.Scheme == Uri.UriSchemeHttp)));
}

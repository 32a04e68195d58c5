using System.Security.Claims;
using System.Text.Encodings.Web;
using Driftlock.Api.Errors;
using Driftlock.Api.Ingest;
using Driftlock.Storage.Identity;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Auth;

/// <summary>
/// Takes an API key from <c>Authorization: Bearer</c>, <c>X-Api-Key</c> or <c>x-otlp-api-key</c>. Every request asks the database, so
/// that a revoked key ends at once.
/// </summary>
public sealed class ApiKeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKeyLookup keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";

    private static readonly string[] KeyHeaders = ["X-Api-Key", "x-otlp-api-key"];

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // What anyone may ask, liveness among it, does not depend on the store.
        if (Context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null) return AuthenticateResult.NoResult();
        if (!TryReadSecret(out var secret)) return AuthenticateResult.NoResult();
        if (secret.Length > ApiKeySecret.Longest) return AuthenticateResult.Fail("the key is too long");
        var key = await keys.FindAsync(secret, Context.RequestAborted);
        if (key is null) return AuthenticateResult.Fail("the key is unknown, revoked or expired");
        return AuthenticateResult.Success(new AuthenticationTicket(key.ToPrincipal(Scheme.Name), Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return WriteAsync(
            StatusCodes.Status401Unauthorized, "unauthorized", "send an API key that is neither revoked nor expired: Authorization: Bearer dlk_...");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        WriteAsync(StatusCodes.Status403Forbidden, "forbidden", $"this needs another role than the key's, {Caller.RoleOf(Context.User)}");

    private bool TryReadSecret(out string secret)
    {
        const string bearer = "Bearer ";
        string? authorization = Request.Headers.Authorization;
        if (authorization?.StartsWith(bearer, StringComparison.OrdinalIgnoreCase) == true)
        {
            secret = authorization[bearer.Length..].Trim();
            return secret.Length > 0;
        }
        foreach (var header in KeyHeaders)
        {
            // Two keys in one header would leave open which one counts.
            if (Request.Headers[header] is [{ Length: > 0 } value])
            {
                secret = value;
                return true;
            }
        }
        secret = "";
        return false;
    }

    private Task WriteAsync(int status, string code, string detail)
    {
        if (Context.GetEndpoint()?.Metadata.GetMetadata<OtlpRoute>() is { } route)
        {
            return route.Transport == OtlpTransport.Grpc
                ? OtlpGrpcResponse.WriteStatusAsync(
                    Context, status == StatusCodes.Status401Unauthorized ? GrpcStatus.Unauthenticated : GrpcStatus.PermissionDenied, detail)
                : OtlpHttpResponse.WriteStatusAsync(Context, status, detail);
        }
        return ApiProblem.Of(status, code, detail).ExecuteAsync(Context);
    }
}

/// <summary>A key as found in the store.</summary>
public sealed record FoundKey(Guid Id, int TenantId, string Name, ApiKeyRole Role)
{
    public ClaimsPrincipal ToPrincipal(string scheme) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, Id.ToString()),
            new Claim(ClaimTypes.Name, Name),
            new Claim(ClaimTypes.Role, Role.ToString()),
            new Claim(Caller.TenantClaim, TenantId.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        ], scheme));
}

using System.Security.Claims;
using System.Text.Encodings.Web;
using Driftlock.Api.Errors;
using Driftlock.Api.Ingest;
using Driftlock.Storage.Identity;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Npgsql;

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
        FoundKey? key;
        try
        {
            key = await keys.FindAsync(secret, Context.RequestAborted);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return AuthenticateResult.Fail(new StoreAwayException(e));
        }
        if (key is null) return AuthenticateResult.Fail("the key is unknown, revoked or expired");
        return AuthenticateResult.Success(new AuthenticationTicket(key.ToPrincipal(Scheme.Name), Scheme.Name));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // Neither the key's fault nor for good: any other answer would make senders of telemetry throw their data away.
        if ((await HandleAuthenticateOnceSafeAsync()).Failure is StoreAwayException)
        {
            await WriteAsync(StatusCodes.Status503ServiceUnavailable, "unavailable", "the store is not available; try again");
            return;
        }
        Response.Headers.WWWAuthenticate = "Bearer";
        await WriteAsync(
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
            var grpcStatus = status switch
            {
                StatusCodes.Status401Unauthorized => GrpcStatus.Unauthenticated,
                StatusCodes.Status503ServiceUnavailable => GrpcStatus.Unavailable,
                _ => GrpcStatus.PermissionDenied,
            };
            TimeSpan? retryAfter = status == StatusCodes.Status503ServiceUnavailable ? StoreAwayException.RetryAfter : null;
            return route.Transport == OtlpTransport.Grpc
                ? OtlpGrpcResponse.WriteStatusAsync(Context, grpcStatus, detail, retryAfter)
                : OtlpHttpResponse.WriteStatusAsync(Context, status, detail, retryAfter);
        }
        return ApiProblem.Of(status, code, detail).ExecuteAsync(Context);
    }

    /// <summary>Nobody can say now whether the key is good.</summary>
    private sealed class StoreAwayException(Exception inner) : Exception("the store of keys is not available", inner)
    {
        public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);
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

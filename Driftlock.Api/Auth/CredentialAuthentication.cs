using System.Text.Encodings.Web;
using Driftlock.Api.Errors;
using Driftlock.Api.Ingest;
using Driftlock.Storage.Connections;
using Driftlock.Storage.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Auth;

/// <summary>
/// Takes an API key or the token of a user's session from <c>Authorization: Bearer</c>, a key also from <c>X-Api-Key</c> or
/// <c>x-otlp-api-key</c>. Every request asks the database, so that a revoked key ends at once.
/// </summary>
public sealed class CredentialAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, CredentialLookup callers)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Credential";

    private static readonly string[] KeyHeaders = ["X-Api-Key", "x-otlp-api-key"];

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // What anyone may ask, liveness among it, does not depend on the store.
        if (Context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null) return AuthenticateResult.NoResult();
        if (!TryReadSecret(Request, out var secret)) return AuthenticateResult.NoResult();
        if (secret.Length > Credential.Longest) return AuthenticateResult.Fail("the key is too long");
        Caller? caller;
        try
        {
            caller = await callers.FindAsync(secret, Context.RequestAborted);
        }
        catch (Exception e) when (DatabaseFailure.Is(e))
        {
            AuthorityAway.Note(Context);
            return AuthenticateResult.Fail(e);
        }
        if (caller is null) return AuthenticateResult.Fail("the key is unknown, revoked or expired");
        return AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(Scheme.Name), Scheme.Name));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // Neither the key's fault nor for good: any other answer would make senders of telemetry throw their data away.
        if (AuthorityAway.IsNoted(Context))
        {
            await WriteAsync(StatusCodes.Status503ServiceUnavailable, "unavailable", "whether the credential is good cannot be told now; try again");
            return;
        }
        Response.Headers.WWWAuthenticate = "Bearer";
        await WriteAsync(
            StatusCodes.Status401Unauthorized, "unauthorized", "send an API key that is neither revoked nor expired: Authorization: Bearer dlk_...");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var needed = Context.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy).OfType<string>().Distinct() ?? [];
        return WriteAsync(
            StatusCodes.Status403Forbidden, "forbidden",
            $"this needs the scope {string.Join(" and ", needed)}; yours: {string.Join(", ", ScopeNames.Of(Caller.From(Context.User).Scopes))}");
    }

    /// <summary>The API key or session token that a request bears.</summary>
    internal static bool TryReadSecret(HttpRequest request, out string secret)
    {
        const string bearer = "Bearer ";
        string? authorization = request.Headers.Authorization;
        if (authorization?.StartsWith(bearer, StringComparison.OrdinalIgnoreCase) == true)
        {
            secret = authorization[bearer.Length..].Trim();
            return secret.Length > 0;
        }
        foreach (var header in KeyHeaders)
        {
            // Two keys in one header would leave open which one counts.
            if (request.Headers[header] is [{ Length: > 0 } value])
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
            TimeSpan? retryAfter = status == StatusCodes.Status503ServiceUnavailable ? AuthorityAway.RetryAfter : null;
            return route.Transport == OtlpTransport.Grpc
                ? OtlpGrpcResponse.WriteStatusAsync(Context, grpcStatus, detail, retryAfter)
                : OtlpHttpResponse.WriteStatusAsync(Context, status, detail, retryAfter);
        }
        return ApiProblem.Of(status, code, detail).ExecuteAsync(Context);
    }
}

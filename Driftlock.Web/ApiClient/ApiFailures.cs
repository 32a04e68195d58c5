using System.Net;
using System.Text.Json;

namespace Driftlock.Web.ApiClient;

/// <summary>Turns whatever failed on the way into an <see cref="ApiProblem"/>; a cancelled caller stays cancelled.</summary>
internal static class ApiFailures
{
    /// <summary>Longer explanations are cut: they come from outside and end on a page.</summary>
    private const int MaximumDetail = 500;
    private const int MaximumProblemBytes = 64 << 10;

    public static async Task<ApiAnswer<T>> GuardAsync<T>(Func<Task<ApiAnswer<T>>> call, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await call();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            return new ApiProblem(ApiProblemKind.TooSlow);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException
            or HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded })
        {
            return new ApiProblem(ApiProblemKind.Unreadable, 200);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new ApiProblem(ApiProblemKind.Unreachable);
        }
        catch (Exception e) when (FromResilience(e) is { } kind)
        {
            return new ApiProblem(kind);
        }
    }

    public static async Task<ApiProblem> FromAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var body = await BodyAsync(response, cancellation);
        var kind = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => ApiProblemKind.KeyRefused,
            HttpStatusCode.Forbidden => ApiProblemKind.NotAllowed,
            HttpStatusCode.NotFound or HttpStatusCode.Gone => ApiProblemKind.NotFound,
            HttpStatusCode.Conflict => ApiProblemKind.Conflict,
            HttpStatusCode.TooManyRequests => ApiProblemKind.TooMany,
            HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout => ApiProblemKind.TooSlow,
            >= HttpStatusCode.InternalServerError => ApiProblemKind.Unreachable,
            _ => ApiProblemKind.Rejected,
        };
        return new ApiProblem(kind, (int)response.StatusCode, Cut(body?.Detail ?? body?.Title), Cut(body?.Code), Cut(body?.TraceId));
    }

    // The resilience pipeline has exception types of its own; they are told by name so that this client needs no package for them.
    private static ApiProblemKind? FromResilience(Exception e) => e.GetType().Name switch
    {
        "TimeoutRejectedException" => ApiProblemKind.TooSlow,
        "BrokenCircuitException" or "IsolatedCircuitException" => ApiProblemKind.Unreachable,
        "RateLimiterRejectedException" => ApiProblemKind.TooMany,
        _ => null,
    };

    private static string Cut(string? text) => text is null ? "" : text.Length <= MaximumDetail ? text : text[..MaximumDetail];

    private static async Task<ProblemBody?> BodyAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json"))
            return null;
        try
        {
            await response.Content.LoadIntoBufferAsync(MaximumProblemBytes, cancellation);
            await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
            return await JsonSerializer.DeserializeAsync(stream, ApiJson.Default.ProblemBody, cancellation);
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            return null;
        }
    }
}

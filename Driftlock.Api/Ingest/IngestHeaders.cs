using Driftlock.Api.Errors;
using Driftlock.Api.Idempotency;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Ingest;

/// <summary>Headers of REST requests whose body is telemetry or a file, with the problem that names the one that is wrong.</summary>
internal static class IngestHeaders
{
    /// <param name="request">Of an endpoint that recognises repetition itself.</param>
    /// <param name="key">Null when there is none.</param>
    /// <param name="problem">Why not.</param>
    public static bool TryReadKey(HttpRequest request, out string? key, out ProblemHttpResult? problem)
    {
        key = request.Headers[IdempotencyMiddleware.Header];
        problem = key?.Length > IdempotencyMiddleware.LongestKey
            ? ApiProblem.Invalid(IdempotencyMiddleware.Header, $"must have at most {IdempotencyMiddleware.LongestKey} characters")
            : null;
        return problem is null;
    }

    public static bool TryReadEncoding(HttpRequest request, out bool gzip, out ProblemHttpResult? problem)
    {
        problem = OtlpHttpEndpoints.TryReadEncoding(request, out gzip)
            ? null
            : ApiProblem.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Content-Encoding must be gzip or absent");
        return problem is null;
    }
}

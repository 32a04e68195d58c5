using System.Globalization;
using Driftlock.Api.Ingest;
using Microsoft.AspNetCore.Diagnostics;

namespace Driftlock.Api.Errors;

/// <summary>
/// Answers for what no endpoint has dealt with, a failure before the endpoint (the key is looked up in the store) among it. OTLP routes
/// answer with a Status, retryable only when the store is away: a sender takes any other answer for "do not send this again".
/// </summary>
internal sealed partial class LastResort(ILogger<LastResort> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var mayPass = StoreFailure.MayPass(exception);
        if (mayPass) StoreAway(httpContext.Request.Path, exception);
        else Failed(httpContext.Request.Path, exception);
        var endpoint = httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        if (endpoint?.Metadata.GetMetadata<OtlpRoute>() is { } route)
        {
            var failure = IngestFailure.Of(exception)
                ?? new IngestFailure(StatusCodes.Status500InternalServerError, GrpcStatus.Internal, "the request could not be processed");
            await (route.Transport == OtlpTransport.Grpc
                ? OtlpGrpcResponse.WriteStatusAsync(httpContext, failure.GrpcStatus, failure.Message, failure.RetryAfter)
                : OtlpHttpResponse.WriteStatusAsync(httpContext, failure.HttpStatus, failure.Message, failure.RetryAfter));
            return true;
        }
        if (!mayPass) return false;
        httpContext.Response.Headers.RetryAfter = StoreFailure.RetryAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        await ApiProblem.Of(StatusCodes.Status503ServiceUnavailable, "unavailable", StoreFailure.Message).ExecuteAsync(httpContext);
        return true;
    }

    [LoggerMessage(EventId = 400, Level = LogLevel.Warning, Message = "{Path} was refused: the store is not available")]
    private partial void StoreAway(string path, Exception exception);

    [LoggerMessage(EventId = 401, Level = LogLevel.Error, Message = "{Path} failed")]
    private partial void Failed(string path, Exception exception);
}

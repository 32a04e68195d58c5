using Driftlock.Api.Errors;
using Driftlock.Storage.EventLog;
using Driftlock.Telemetry;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Ingest;

/// <summary>
/// What a failure means to the sender, by OTLP 1.11: only 429, 502, 503, 504 and UNAVAILABLE invite a retry, so only failures that a
/// retry can help may give them.
/// </summary>
internal sealed record IngestFailure(int HttpStatus, GrpcStatus GrpcStatus, string Message, TimeSpan? RetryAfter = null)
{
    /// <summary>In the form of the REST API.</summary>
    public ProblemHttpResult Problem(HttpResponse response)
    {
        if (RetryAfter is { } delay) response.Headers.RetryAfter = $"{Math.Ceiling(delay.TotalSeconds)}";
        return ApiProblem.Of(HttpStatus, ApiProblem.DefaultCode(HttpStatus), Message);
    }

    /// <summary>Null when the failure is a defect: it is logged and answered with 500 without details.</summary>
    public static IngestFailure? Of(Exception failure) => failure switch
    {
        OtlpFormatException bad => new(StatusCodes.Status400BadRequest, GrpcStatus.InvalidArgument, bad.Message),
        InvalidDataException => new(
            StatusCodes.Status400BadRequest, GrpcStatus.InvalidArgument, "the body is not what its headers say: gzip or framing is broken"),
        BodyTooLargeException large => new(StatusCodes.Status413PayloadTooLarge, GrpcStatus.ResourceExhausted, large.Message),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => new(
            StatusCodes.Status413PayloadTooLarge, GrpcStatus.ResourceExhausted, "the request is larger than this server takes"),
        UnknownEncodingException unknown => new(StatusCodes.Status415UnsupportedMediaType, GrpcStatus.Unimplemented, unknown.Message),
        // The line may be better next time; after a 408 the sender would throw its data away.
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => new(
            StatusCodes.Status503ServiceUnavailable, GrpcStatus.Unavailable, "the body came too slowly", TimeSpan.FromSeconds(1)),
        BadHttpRequestException http => new(http.StatusCode, GrpcStatus.InvalidArgument, "the request ended early or is malformed"),
        BodyMemoryException => new(
            StatusCodes.Status503ServiceUnavailable, GrpcStatus.Unavailable, failure.Message, TimeSpan.FromSeconds(1)),
        EventLogBusyException busy => new(
            StatusCodes.Status503ServiceUnavailable, GrpcStatus.Unavailable, busy.Message, busy.RetryAfter),
        // Registering a new stream speaks to the database outside of the log's own queue.
        _ when StoreFailure.MayPass(failure) => new(
            StatusCodes.Status503ServiceUnavailable, GrpcStatus.Unavailable, StoreFailure.Message, StoreFailure.RetryAfter),
        _ => null,
    };
}

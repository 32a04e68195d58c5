using System.Globalization;

namespace Driftlock.Api.Ingest;

/// <summary>Answers of OTLP/HTTP: in the type of the request; errors as a google.rpc.Status (OTLP 1.11, "OTLP/HTTP Response").</summary>
internal static class OtlpHttpResponse
{
    public const string Protobuf = "application/x-protobuf";
    public const string Json = "application/json";

    public static bool IsJson(HttpContext context) => MediaType(context).Equals(Json, StringComparison.OrdinalIgnoreCase);

    public static bool IsProtobuf(HttpContext context) => MediaType(context).Equals(Protobuf, StringComparison.OrdinalIgnoreCase);

    public static Task WriteStatusAsync(HttpContext context, int status, string message, TimeSpan? retryAfter = null)
    {
        var code = status switch
        {
            400 or 415 => GrpcStatus.InvalidArgument,
            401 => GrpcStatus.Unauthenticated,
            403 => GrpcStatus.PermissionDenied,
            404 or 405 => GrpcStatus.Unimplemented,
            413 => GrpcStatus.ResourceExhausted,
            503 => GrpcStatus.Unavailable,
            _ => GrpcStatus.Internal,
        };
        if (retryAfter is { } delay)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
        // A request of neither type gets JSON, which people can read.
        return IsProtobuf(context)
            ? WriteAsync(context, status, Protobuf, OtlpMessages.Status(code, message))
            : WriteAsync(context, status, Json, OtlpMessages.StatusJson(code, message));
    }

    public static async Task WriteAsync(HttpContext context, int status, string contentType, byte[] body)
    {
        if (context.Response.HasStarted) return;
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static ReadOnlySpan<char> MediaType(HttpContext context)
    {
        var type = context.Request.ContentType.AsSpan();
        var parameters = type.IndexOf(';');
        return (parameters < 0 ? type : type[..parameters]).Trim();
    }
}

using System.Globalization;
using Driftlock.Api.Errors;
using Driftlock.Api.Ingest;

namespace Driftlock.Api.Limits;

/// <summary>Tells a caller to come back later, in the form that its route speaks: a problem, OTLP's Status, or gRPC's UNAVAILABLE with RetryInfo.</summary>
internal static class LimitRefusal
{
    public static Task WriteAsync(HttpContext context, int status, string code, string detail, TimeSpan retryAfter)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<OtlpRoute>() is { } route)
        {
            return route.Transport == OtlpTransport.Grpc
                ? OtlpGrpcResponse.WriteStatusAsync(context, GrpcStatus.Unavailable, detail, retryAfter)
                : OtlpHttpResponse.WriteStatusAsync(context, status, detail, retryAfter);
        }
        context.Response.Headers.RetryAfter = retryAfter.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        return ApiProblem.Of(status, code, detail).ExecuteAsync(context);
    }
}

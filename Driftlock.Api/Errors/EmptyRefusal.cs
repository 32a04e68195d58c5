using Driftlock.Api.Ingest;
using Microsoft.AspNetCore.Diagnostics;

namespace Driftlock.Api.Errors;

/// <summary>
/// A body for what was refused without one, such as an unknown address: OTLP's senders get a Status there too, everyone else a problem.
/// </summary>
internal static class EmptyRefusal
{
    private const string NotExported = "OTLP is taken by POST at /v1/logs, /v1/metrics and /v1/traces, and by gRPC at the Export methods of these three signals";

    public static async Task WriteAsync(StatusCodeContext refused)
    {
        var context = refused.HttpContext;
        var status = context.Response.StatusCode;
        var isUnmatched = status is StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed;
        if (isUnmatched && OtlpGrpcResponse.IsGrpc(context)) await OtlpGrpcResponse.WriteStatusAsync(context, GrpcStatus.Unimplemented, NotExported);
        // Profiles, for one, have an address of their own: /v1development/profiles.
        else if (isUnmatched && context.Request.Path.Value!.StartsWith("/v1", StringComparison.Ordinal)) await OtlpHttpResponse.WriteStatusAsync(context, status, NotExported);
        else await context.RequestServices.GetRequiredService<IProblemDetailsService>().TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = context,
            ProblemDetails = { Status = status },
        });
    }
}

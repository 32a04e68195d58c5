using System.Globalization;
using System.Text;

namespace Driftlock.Api.Ingest;

/// <summary>Answers of unary gRPC over HTTP/2: "PROTOCOL-HTTP2.md", section Responses. The HTTP status is always 200.</summary>
internal static class OtlpGrpcResponse
{
    /// <summary>"Content-Type": "application/grpc" [("+proto" / "+json" / {custom})]; only proto is defined for OTLP.</summary>
    public static bool IsGrpc(HttpContext context) => context.Request.ContentType is "application/grpc" or "application/grpc+proto";

    public static async Task WriteMessageAsync(HttpContext context, byte[] message)
    {
        context.Response.ContentType = "application/grpc";
        // Length-Prefixed-Message: 1 byte compressed flag, 4 bytes big-endian length, message.
        var framed = new byte[5 + message.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        message.CopyTo(framed, 5);
        await context.Response.Body.WriteAsync(framed, context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    /// <summary>Trailers-Only: without a message, status and text may stand in the headers.</summary>
    /// <param name="retryAfter">
    /// Sent as a RetryInfo in the status details (OTLP 1.11, "OTLP/gRPC Throttling"), and all of it in real trailers: the only place where
    /// every exporter looks for the details. Null sends none.
    /// </param>
    public static Task WriteStatusAsync(HttpContext context, GrpcStatus status, string message, TimeSpan? retryAfter = null)
    {
        var response = context.Response;
        if (response.HasStarted) return Task.CompletedTask;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/grpc";
        var code = ((int)status).ToString(CultureInfo.InvariantCulture);
        if (retryAfter is { } delay && response.SupportsTrailers())
        {
            response.AppendTrailer("grpc-status", code);
            response.AppendTrailer("grpc-message", PercentEncode(message));
            // Padded, though gRPC would rather not: everyone must take both, and not every exporter does.
            response.AppendTrailer("grpc-status-details-bin", Convert.ToBase64String(OtlpMessages.StatusWithRetryInfo(status, message, delay)));
            return Task.CompletedTask;
        }
        response.Headers["grpc-status"] = code;
        response.Headers["grpc-message"] = PercentEncode(message);
        return Task.CompletedTask;
    }

    /// <summary>Percent-Encoded: everything outside of space to tilde, and the percent sign itself.</summary>
    private static string PercentEncode(string message)
    {
        var text = new StringBuilder(message.Length);
        foreach (var b in Encoding.UTF8.GetBytes(message))
        {
            if (b is >= 0x20 and <= 0x7e and not (byte)'%') text.Append((char)b);
            else text.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }
        return text.ToString();
    }
}

using System.Runtime.InteropServices;
using Driftlock.Api.Auth;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Ingest;

/// <summary>
/// OTLP/gRPC: the three Export methods, unary, on bare Kestrel. Clauses are those of gRPC's PROTOCOL-HTTP2.md. No gRPC library is in
/// the way: a message goes from the frame to the reader as bytes, and no object is made for what is inside.
/// </summary>
public static class OtlpGrpcEndpoints
{
    public static void MapOtlpGrpc(this IEndpointRouteBuilder routes)
    {
        Map(routes, "logs", "Logs", Signal.Logs);
        Map(routes, "metrics", "Metrics", Signal.Metrics);
        Map(routes, "trace", "Trace", Signal.Traces);
    }

    private static void Map(IEndpointRouteBuilder routes, string package, string service, Signal signal) =>
        routes.MapPost(
                $"/opentelemetry.proto.collector.{package}.v1.{service}Service/Export",
                (HttpContext context) => ExportAsync(context, signal))
            .RequireAuthorization(Policies.Ingest).WithMetadata(new OtlpRoute(OtlpTransport.Grpc)).ExcludeFromDescription();

    private static async Task ExportAsync(HttpContext context, Signal signal)
    {
        if (!HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            context.Response.Headers.Upgrade = "HTTP/2";
            return;
        }
        if (!OtlpGrpcResponse.IsGrpc(context))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        if (GrpcFrame.ReadTimeout(context.Request.Headers["grpc-timeout"]) is { } timeout) deadline.CancelAfter(timeout);
        try
        {
            var result = await ReceiveAsync(context, signal, deadline.Token);
            await OtlpGrpcResponse.WriteMessageAsync(context, OtlpMessages.Response(result));
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await OtlpGrpcResponse.WriteStatusAsync(context, GrpcStatus.DeadlineExceeded, "the deadline passed before the log confirmed");
        }
        catch (Exception e) when (IngestFailure.Of(e) is { } failure)
        {
            await OtlpGrpcResponse.WriteStatusAsync(context, failure.GrpcStatus, failure.Message, failure.RetryAfter);
        }
    }

    private static async Task<IngestResult> ReceiveAsync(HttpContext context, Signal signal, CancellationToken cancellationToken)
    {
        var services = context.RequestServices;
        var limit = services.GetRequiredService<IOptions<IngestOptions>>().Value.RequestBytes;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        var inFlight = services.GetRequiredService<InFlightBytes>();
        using var frame = new RequestBody(inFlight, limit + GrpcFrame.PrefixBytes);
        try
        {
            await frame.ReadAsync(context.Request.Body, gzip: false, cancellationToken);
        }
        catch (BodyTooLargeException)
        {
            // The limit is the message's; senders do not know of its prefix.
            throw new BodyTooLargeException(limit);
        }
        var message = GrpcFrame.Message(frame.Memory, out var compressed);
        using var plain = new RequestBody(inFlight, limit);
        if (compressed)
        {
            CheckEncoding(context);
            var packed = MemoryMarshal.TryGetArray(message, out var array) ? array : message.ToArray();
            await using var source = new MemoryStream(packed.Array!, packed.Offset, packed.Count, writable: false);
            await plain.ReadAsync(source, gzip: true, cancellationToken);
            message = plain.Memory;
        }
        return await services.GetRequiredService<IngestService>().IngestOtlpAsync(
            Caller.From(context.User).TenantId, signal, OtlpEncoding.Protobuf, message, cancellationToken);
    }

    /// <summary>"grpc-encoding" says what a set flag means; OTLP knows gzip only.</summary>
    private static void CheckEncoding(HttpContext context)
    {
        var encoding = context.Request.Headers["grpc-encoding"].ToString();
        if (encoding == "gzip") return;
        if (encoding is "" or "identity") throw new InvalidDataException("a compressed message whose grpc-encoding names no compression");
        // Its compression.md: UNIMPLEMENTED, and the encodings that would have been understood.
        context.Response.Headers["grpc-accept-encoding"] = "identity,gzip";
        throw new UnknownEncodingException("grpc-encoding must be gzip or identity");
    }
}

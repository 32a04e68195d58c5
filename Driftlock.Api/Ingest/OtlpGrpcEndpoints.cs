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
        // "Content-Type": "application/grpc" [("+proto" / "+json" / {custom})]; only proto is defined for OTLP.
        if (context.Request.ContentType is not ("application/grpc" or "application/grpc+proto"))
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
            await OtlpGrpcResponse.WriteStatusAsync(context, failure.GrpcStatus, failure.Message);
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
            // "grpc-encoding": what a set flag means; OTLP knows gzip only.
            if (context.Request.Headers["grpc-encoding"] != "gzip") throw new InvalidDataException("compressed, but not by gzip");
            await using var source = new MemoryStream(message.ToArray(), writable: false);
            await plain.ReadAsync(source, gzip: true, cancellationToken);
            message = plain.Memory;
        }
        return await services.GetRequiredService<IngestService>().IngestOtlpAsync(
            Caller.From(context.User).TenantId, signal, OtlpEncoding.Protobuf, message, cancellationToken);
    }
}

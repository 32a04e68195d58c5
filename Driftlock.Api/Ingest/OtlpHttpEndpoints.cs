using Driftlock.Api.Auth;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Ingest;

/// <summary>OTLP/HTTP: POST /v1/logs, /v1/metrics, /v1/traces in protobuf or JSON, plain or gzip.</summary>
public static partial class OtlpHttpEndpoints
{
    public static void MapOtlpHttp(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").RequireAuthorization(Policies.Ingest)
            .WithMetadata(new OtlpRoute(OtlpTransport.Http)).WithTags("OTLP");
        Map(group, "/logs", Signal.Logs, "OTLP/HTTP logs");
        Map(group, "/metrics", Signal.Metrics, "OTLP/HTTP metrics");
        Map(group, "/traces", Signal.Traces, "OTLP/HTTP traces");
    }

    /// <summary>As a Delegate: what is mapped as a RequestDelegate does not appear in the OpenAPI document.</summary>
    private static void Map(IEndpointRouteBuilder group, string path, Signal signal, string summary) =>
        group.MapPost(path, (Delegate)((HttpContext context) => ExportAsync(context, signal))).WithSummary(summary);

    private static async Task ExportAsync(HttpContext context, Signal signal)
    {
        var json = OtlpHttpResponse.IsJson(context);
        if (!json && !OtlpHttpResponse.IsProtobuf(context))
        {
            await OtlpHttpResponse.WriteStatusAsync(
                context, StatusCodes.Status415UnsupportedMediaType, "Content-Type must be application/x-protobuf or application/json");
            return;
        }
        if (!TryReadEncoding(context.Request, out var gzip))
        {
            // RFC 9110, 15.5.16: says that it was the encoding and not the type.
            context.Response.Headers.AcceptEncoding = "gzip";
            await OtlpHttpResponse.WriteStatusAsync(
                context, StatusCodes.Status415UnsupportedMediaType, "Content-Encoding must be gzip or absent");
            return;
        }
        try
        {
            var result = await ReceiveAsync(context, signal, json ? OtlpEncoding.Json : OtlpEncoding.Protobuf, gzip);
            await (json
                ? OtlpHttpResponse.WriteAsync(context, StatusCodes.Status200OK, OtlpHttpResponse.Json, OtlpMessages.ResponseJson(signal, result))
                : OtlpHttpResponse.WriteAsync(context, StatusCodes.Status200OK, OtlpHttpResponse.Protobuf, OtlpMessages.Response(result)));
        }
        catch (Exception e) when (IngestFailure.Of(e) is { } failure)
        {
            await OtlpHttpResponse.WriteStatusAsync(context, failure.HttpStatus, failure.Message, failure.RetryAfter);
        }
    }

    private static async Task<IngestResult> ReceiveAsync(HttpContext context, Signal signal, OtlpEncoding encoding, bool gzip)
    {
        var services = context.RequestServices;
        var limit = services.GetRequiredService<IOptions<IngestOptions>>().Value.RequestBytes;
        // Kestrel's own limit would answer before we can say it the OTLP way.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        if (context.Request.ContentLength > limit) throw new BodyTooLargeException(limit);
        using var body = new RequestBody(services.GetRequiredService<InFlightBytes>(), limit);
        await body.ReadAsync(context.Request.Body, gzip, context.RequestAborted);
        return await services.GetRequiredService<IngestService>().IngestOtlpAsync(
            Caller.From(context.User).TenantId, signal, encoding, body.Memory, context.RequestAborted);
    }

    internal static bool TryReadEncoding(HttpRequest request, out bool gzip)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        gzip = encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase);
        return gzip || encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase);
    }
}

using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Driftlock.Api.Idempotency;
using Driftlock.Api.Ingest;
using Driftlock.Api.Playground;
using Driftlock.Storage;
using Driftlock.Telemetry;
using Driftlock.Telemetry.Files;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Events;

/// <summary>A file as telemetry: the events that the playground would judge and forget are kept and judged like any others.</summary>
public static class FileEndpoint
{
    public static void MapEventFiles(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/events/file", IngestAsync).RequireAuthorization(Policies.Ingest).WithMetadata(new RecognisesRepetition()).WithTags("Events")
            .WithSummary("Send a file of logs, metrics or traces as telemetry")
            .WithDescription(
                "The body is the file, plain or gzip: text, NDJSON, CSV, or OTLP/JSON export requests. Lines become a stream named after the file; export requests have their own names. "
                + "The whole file is read first: one that is broken anywhere leaves nothing. With an Idempotency-Key a retry of the same file within 15 minutes adds only what is missing.")
            .AddOpenApiOperationTransformer(PlaygroundDocument.DescribeFile)
            .FailsWith("invalid_file", "too_slow", "too_large", "unsupported_media_type", "busy");

    private static async Task<Results<Ok<EventsResult>, ProblemHttpResult>> IngestAsync(
        [AsParameters] FileQuery file, HttpContext context, Caller caller, IngestService ingest, InFlightBytes inFlight, PlaygroundTurns turns, IOptions<PlaygroundOptions> options, TimeProvider time)
    {
        if (!file.TryRead(out var name, out var format, out var problem)) return problem!;
        if (!IngestHeaders.TryReadKey(context.Request, out var key, out problem)) return problem!;
        if (!IngestHeaders.TryReadEncoding(context.Request, out _, out problem)) return problem!;
        using var turn = await turns.TakeAsync(context.RequestAborted);
        if (turn is null) return PlaygroundTurns.Busy(context.Response);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        try
        {
            using var body = new RequestBody(inFlight, options.Value.MaxBytes);
            await ReadAsync(body, context, name, format, options.Value, time);
            using var input = new ScanInput(name, body.OpenRead());
            var source = IEventSource.Of(format, input, Redactor.Standard, UnixTime.ToUnixNano(time.GetUtcNow()));
            var result = await ingest.IngestFileAsync(caller.TenantId, source, body.Memory, key, context.RequestAborted);
            return TypedResults.Ok(new EventsResult(result.Accepted, result.Rejected, result.Repeated, []));
        }
        catch (Exception e) when (PlaygroundFailure.Of(e) is { } refusal)
        {
            return refusal.Problem();
        }
        catch (Exception e) when (IngestFailure.Of(e) is { } failure)
        {
            return failure.Problem(context.Response);
        }
    }

    /// <summary>All of it, in time: a file that comes slowly must not keep others from their turn.</summary>
    /// <exception cref="TooSlowException">It did not arrive in time.</exception>
    /// <exception cref="FileFormatException">It is broken somewhere, or holds no event.</exception>
    private static async Task ReadAsync(RequestBody body, HttpContext context, string name, string format, PlaygroundOptions options, TimeProvider time)
    {
        using var patience = new CancellationTokenSource(options.Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, context.RequestAborted);
        try
        {
            await body.ReadAsync(context.Request.Body, gzip: false, stop.Token);
            Check(body, name, format, options.MaxUnpackedBytes, stop.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw new TooSlowException(options.Patience);
        }
    }

    private static void Check(RequestBody body, string name, string format, int mostBytes, CancellationToken cancellationToken)
    {
        using var input = new ScanInput(name, body.OpenRead());
        using (var packed = body.OpenRead()) UnpackedLength.Of(packed, mostBytes, cancellationToken);
        var source = IEventSource.Of(format, input, Redactor.Standard);
        var batch = new TelemetryBatch();
        long events = 0;
        while (source.TryRead(batch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            events += batch.Accepted;
        }
        if (events == 0) throw new FileFormatException($"{name}: holds no event");
    }
}

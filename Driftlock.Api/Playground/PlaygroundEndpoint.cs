using System.Globalization;
using Driftlock.Api.Auth;
using Driftlock.Api.Config;
using Driftlock.Api.Errors;
using Driftlock.Api.Idempotency;
using Driftlock.Api.Ingest;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Playground;

/// <summary>Judges a file as `driftlock scan` does, under the tenant's configuration. Nothing is stored.</summary>
public static class PlaygroundEndpoint
{
    private const string Lines = "application/x-ndjson";

    public static void MapPlayground(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/playground", JudgeAsync).RequireAuthorization(Policies.Read).WithMetadata(new RecognisesRepetition()).WithTags("Playground")
            .WithSummary("Judge a file of logs, metrics or traces; nothing is stored")
            .WithDescription(
                "The body is the file, plain or gzip: text, NDJSON, CSV, or OTLP/JSON export requests. The answer is NDJSON, written while it is judged, one property an object: "
                + "progress {bytes, totalBytes, events, windows, anomalies}; anomaly, as `driftlock scan --json` gives it, with the lines of its window; and last the summary, or problem {code, detail} "
                + "(invalid_file, too_slow) where the file could not be judged to its end.")
            .Produces<string>(contentType: Lines)
            .AddOpenApiOperationTransformer(PlaygroundDocument.DescribeFile)
            .FailsWith("invalid_file", "too_slow", "too_large", "unsupported_media_type", "busy");

    /// <param name="falseDiscoveryRate">In ]0, 1[; default: the tenant's own.</param>
    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> JudgeAsync(
        [AsParameters] FileQuery file, string? falseDiscoveryRate, HttpContext context, Caller caller, SettingsStore settings, PlaygroundTurns turns, IOptions<PlaygroundOptions> options)
    {
        if (!file.TryRead(out var name, out var format, out var problem)) return problem!;
        if (!TryReadRate(falseDiscoveryRate, out var rate)) return ApiProblem.Invalid("falseDiscoveryRate", "must be a number between 0 and 1, both excluded");
        // The file may be packed itself; then it is the same.
        if (!IngestHeaders.TryReadEncoding(context.Request, out _, out problem)) return problem!;
        var configuration = (await settings.CurrentAsync(caller.TenantId, context.RequestAborted)).Settings.Configuration;
        if (await turns.TryBeginAsync(context.RequestAborted) is not { } run) return PlaygroundTurns.Busy(context.Response);
        context.Response.RegisterForDisposeAsync(run);
        try
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
            if (context.Request.ContentLength > options.Value.MaxBytes) throw new BodyTooLargeException(options.Value.MaxBytes);
            await run.ReadAsync(context.Request.Body);
            await run.StartAsync(name, format, configuration with { FalseDiscoveryRate = rate ?? configuration.FalseDiscoveryRate });
            return TypedResults.Stream(run.WriteAsync, Lines);
        }
        catch (Exception e) when (Refusal(e, context.Response) is { } refusal)
        {
            // Who reads the refusal may send the next file.
            await run.DisposeAsync();
            return refusal;
        }
    }

    private static ProblemHttpResult? Refusal(Exception failure, HttpResponse response) =>
        PlaygroundFailure.Of(failure)?.Problem() ?? IngestFailure.Of(failure)?.Problem(response);

    private static bool TryReadRate(string? text, out double? rate)
    {
        rate = null;
        if (string.IsNullOrEmpty(text)) return true;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || value is not (> 0 and < 1)) return false;
        rate = value;
        return true;
    }
}

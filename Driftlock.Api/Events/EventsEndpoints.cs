using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Driftlock.Api.Idempotency;
using Driftlock.Api.Ingest;
using Driftlock.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Events;

/// <param name="Accepted">Events that are durable now.</param>
/// <param name="Rejected">Events that are not; see <paramref name="Errors"/>, which holds the first 100.</param>
/// <param name="Repeated">The Idempotency-Key was seen before with this body: nothing was added.</param>
public sealed record EventsResult(long Accepted, long Rejected, bool Repeated, IReadOnlyList<PlainEventError> Errors);

/// <summary>Plain JSON for people without OpenTelemetry.</summary>
public static class EventsEndpoints
{

    public static void MapEvents(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/events", IngestAsync).RequireAuthorization(Policies.Ingest).WithMetadata(new RecognisesRepetition()).WithTags("Events")
            .WithSummary("Send log events as one JSON object, an array, or NDJSON")
            .WithDescription(
                "An event: {\"service\":\"shop\",\"message\":\"paid\",\"severity\":\"INFO\",\"timestamp\":\"2026-01-02T03:04:05Z\",\"attributes\":{}}. "
                + "Valid events are taken also when others in the request are not. With an Idempotency-Key a retry of the same body is recognised for 15 minutes.").FailsWith("too_large", "unsupported_media_type");

    private static async Task<Results<Ok<EventsResult>, ProblemHttpResult>> IngestAsync(
        HttpContext context, Caller caller, IngestService ingest, InFlightBytes inFlight, IOptions<IngestOptions> options)
    {
        if (!IngestHeaders.TryReadKey(context.Request, out var key, out var problem)) return problem!;
        if (!IngestHeaders.TryReadEncoding(context.Request, out var gzip, out problem)) return problem!;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        try
        {
            using var body = new RequestBody(inFlight, options.Value.RequestBytes);
            await body.ReadAsync(context.Request.Body, gzip, context.RequestAborted);
            var errors = new List<PlainEventError>();
            var result = await ingest.IngestPlainAsync(caller.TenantId, body.Memory, key, errors, context.RequestAborted);
            return TypedResults.Ok(new EventsResult(result.Accepted, result.Rejected, result.Repeated, errors));
        }
        catch (Exception e) when (IngestFailure.Of(e) is { } failure)
        {
            return failure.Problem(context.Response);
        }
    }
}

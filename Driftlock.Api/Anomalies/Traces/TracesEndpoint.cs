using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Driftlock.Api.Queries;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Anomalies.Traces;

public static class TracesEndpoint
{
    private const int ByDefault = 3;
    private const int Largest = 10;
    private static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(2);

    public static void MapTracesOfAnomalies(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/anomalies/{id}/traces", FindAsync).RequireAuthorization(Policies.Read).WithTags("Anomalies")
            .WithSummary("The traces that an anomaly's lines belong to, with their spans and log records out of the event log").FailsWith("busy", "evidence_of_another_version");

    private static async Task<Results<Ok<AnomalyTraces>, ProblemHttpResult>> FindAsync(
        string id, string? limit, HttpResponse response, Caller caller, TracesOfAnomaly traces, CancellationToken cancellationToken)
    {
        if (!ListLimit.TryRead(limit, ByDefault, Largest, out var most, out var problem)) return problem;
        try
        {
            return await traces.FindAsync(caller.TenantId, id, most, cancellationToken) is { } found ? TypedResults.Ok(found) : ApiProblem.NotFound("anomaly");
        }
        catch (TraceSearchBusyException busy)
        {
            return ApiProblem.Busy(response, BusyFor, busy.Message);
        }
        catch (Exception failure) when (failure is FormatException or InvalidDataException)
        {
            return ApiProblem.Conflict("evidence_of_another_version", "this evidence was made by a version of the engine that this one cannot read");
        }
    }
}

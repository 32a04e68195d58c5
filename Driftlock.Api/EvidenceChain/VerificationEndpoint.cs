using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.EvidenceChain;

public static class VerificationEndpoint
{
    private static readonly TimeSpan BusyFor = TimeSpan.FromSeconds(5);

    public static void MapVerification(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/anomalies/{id}/verification", VerifyAsync).RequireAuthorization(Policies.Read).WithTags("Evidence")
            .WithSummary("Recompute an anomaly from its bundle, and check its signature and its link in the chain").FailsWith("busy");

    private static async Task<Results<Ok<AnomalyVerification>, ProblemHttpResult>> VerifyAsync(
        string id, HttpResponse response, Caller caller, EvidenceVerification verification, CancellationToken cancellationToken)
    {
        try
        {
            return await verification.RunAsync(caller.TenantId, id, cancellationToken) is { } result ? TypedResults.Ok(result) : ApiProblem.NotFound("anomaly");
        }
        catch (RecomputationsBusyException busy)
        {
            return ApiProblem.Busy(response, BusyFor, busy.Message);
        }
    }
}

using System.Globalization;
using Driftlock.Web.ApiClient;
using Driftlock.Web.SignIn;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Web.Charts;

/// <summary>What the chart on a stream's page draws, and the same to take away. A browser has no key for the Api, so the dashboard asks.</summary>
internal static class TimelineEndpoints
{
    /// <summary>What is drawn: more than any screen has columns.</summary>
    private const int Drawn = 4_000;

    /// <summary>What is exported: the most that the Api gives.</summary>
    private const int Exported = 100_000;

    public static void MapTimelines(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/streams/{id}/timeline.json", async (string id, string? from, string? to, HttpContext context, DriftlockApi api, SessionCaller caller, CancellationToken cancellation) =>
        {
            caller.User = context.User;
            var answer = await api.TimelineAsync(id, from, to, Drawn, cancellation);
            return answer.Value is { } timeline ? TypedResults.Bytes(TimelineColumns.Write(timeline), "application/json") : (IResult)Refusal(answer.Problem!);
        });
        routes.MapGet("/streams/{id}/timeline.csv", async (string id, string? from, string? to, HttpContext context, DriftlockApi api, SessionCaller caller, CancellationToken cancellation) =>
        {
            caller.User = context.User;
            var answer = await api.TimelineAsync(id, from, to, Exported, cancellation);
            var name = string.Create(CultureInfo.InvariantCulture, $"timeline-{string.Concat(id.Where(char.IsAsciiLetterOrDigit))}.csv");
            return answer.Value is { } timeline ? TypedResults.Bytes(TimelineTable.Write(timeline), "text/csv; charset=utf-8", name) : (IResult)Refusal(answer.Problem!);
        });
    }

    /// <summary>The Api's status and nothing else: the page says in words what became of its stream.</summary>
    private static StatusCodeHttpResult Refusal(ApiProblem problem) => TypedResults.StatusCode(problem.Status is >= 400 and < 600 ? problem.Status : StatusCodes.Status502BadGateway);
}

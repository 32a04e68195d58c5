using System.Text;
using Driftlock.Api.Anomalies.Reports;
using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Driftlock.Api.EvidenceChain;
using Driftlock.Cbad;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Anomalies;

public static class AnomalyEndpoints
{
    private const int LongestNotes = 10_000;

    public static void MapAnomalies(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/anomalies").RequireAuthorization(Policies.Read).WithTags("Anomalies");
        group.MapGet("/", ListAsync).WithSummary("Anomalies, newest first or sorted, with filters, search and a cursor");
        group.MapGet("/{id}", FindAsync).WithSummary("One anomaly with its explanation, calibration and error budget");
        group.MapGet("/{id}/evidence", EvidenceAsync).WithSummary("The signed evidence bundle, for `driftlock verify`");
        group.MapGet("/{id}/evidence.md", MarkdownAsync).WithSummary("What the evidence says, as Markdown").Produces<string>(contentType: "text/markdown").FailsWith("evidence_of_another_version");
        group.MapGet("/{id}/evidence.html", HtmlAsync).WithSummary("What the evidence says, as a page of its own").Produces<string>(contentType: "text/html").FailsWith("evidence_of_another_version");
        group.MapPatch("/{id}/status", ChangeAsync).RequireAuthorization(Policies.Write)
            .WithSummary("Acknowledge, resolve, dismiss as a false positive, or open again").FailsWith("invalid_transition");
    }

    private static async Task<Results<Ok<AnomalyPage>, ProblemHttpResult>> ListAsync(
        [AsParameters] AnomalyFilter filter, Caller caller, AnomalyQueries anomalies, CancellationToken cancellationToken)
    {
        var query = anomalies.Of(caller.TenantId);
        if (!filter.TryApply(ref query, out var limit, out var problem)) return problem!;
        if (!AnomalyOrder.TryRead(filter.Sort, filter.Cursor, out var order, out var badOrder)) return badOrder;
        // One more than wanted tells whether there is a next page.
        var items = await AnomalyQueries.ListAsync(order.Apply(query), limit + 1, cancellationToken);
        var more = items.Count > limit;
        if (more) items.RemoveAt(limit);
        return TypedResults.Ok(new AnomalyPage(items, more ? order.After(items[^1]) : null));
    }

    private static async Task<Results<Ok<AnomalyDetail>, ProblemHttpResult>> FindAsync(
        string id, Caller caller, AnomalyQueries anomalies, CancellationToken cancellationToken) =>
        await anomalies.FindAsync(caller.TenantId, id, cancellationToken) is { } detail
            ? TypedResults.Ok(detail)
            : ApiProblem.NotFound("anomaly");

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> EvidenceAsync(
        string id, Caller caller, SignedBundles bundles, CancellationToken cancellationToken) =>
        await bundles.FindAsync(caller.TenantId, id, cancellationToken) is { } evidence
            ? TypedResults.File(evidence, "application/json", $"driftlock-evidence-{id}.json")
            : ApiProblem.NotFound("anomaly");

    private static Task<Results<FileContentHttpResult, ProblemHttpResult>> MarkdownAsync(
        string id, Caller caller, AnomalyQueries anomalies, CancellationToken cancellationToken) =>
        ReportAsync(id, caller, anomalies, MarkdownReport.Write, "text/markdown", "md", cancellationToken);

    private static Task<Results<FileContentHttpResult, ProblemHttpResult>> HtmlAsync(
        string id, Caller caller, AnomalyQueries anomalies, HttpResponse response, CancellationToken cancellationToken)
    {
        response.Headers.ContentSecurityPolicy = HtmlReport.SecurityPolicy;
        return ReportAsync(id, caller, anomalies, report => HtmlReport.Write($"Driftlock anomaly {id}", report), "text/html", "html", cancellationToken);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ReportAsync(
        string id, Caller caller, AnomalyQueries anomalies, Func<IReadOnlyList<ReportBlock>, string> write, string type, string extension, CancellationToken cancellationToken)
    {
        if (await anomalies.EvidenceAsync(caller.TenantId, id, cancellationToken) is not { } evidence) return ApiProblem.NotFound("anomaly");
        try
        {
            var report = write(EvidenceReport.Of(id, EvidenceJson.Read(evidence)));
            return TypedResults.File(Encoding.UTF8.GetBytes(report), $"{type}; charset=utf-8", $"driftlock-{id}.{extension}");
        }
        catch (FormatException)
        {
            return ApiProblem.Conflict("evidence_of_another_version", "this evidence was made by a version of the engine that this one cannot read; its bundle is at the address without the extension");
        }
    }

    private static async Task<Results<Ok<AnomalyDetail>, ProblemHttpResult>> ChangeAsync(
        string id, StatusChange change, Caller caller, AnomalyStatusChange statuses, AnomalyQueries anomalies,
        CancellationToken cancellationToken)
    {
        if (change.Status is not { } status || !Enum.IsDefined(status))
        {
            return ApiProblem.Invalid("status", "must be open, acknowledged, resolved or dismissed");
        }
        if (NoteProblem.Of(change.Notes, "notes", LongestNotes) is { } badNotes) return badNotes;
        return await statuses.ApplyAsync(caller, id, status, change.Notes, cancellationToken) switch
        {
            StatusChangeOutcome.NotFound => ApiProblem.NotFound("anomaly"),
            StatusChangeOutcome.Invalid => ApiProblem.Conflict(
                "invalid_transition", $"the anomaly cannot become {status.ToString().ToLowerInvariant()} from the status that it has now"),
            _ => TypedResults.Ok((await anomalies.FindAsync(caller.TenantId, id, cancellationToken))!),
        };
    }
}

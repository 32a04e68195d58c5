using Driftlock.Web.ApiClient;

namespace Driftlock.Web.SignIn;

/// <summary>Hands the Api's evidence on, byte for byte: a browser cannot send the key that the Api asks for.</summary>
internal static class EvidenceDownload
{
    public static void MapEvidenceDownload(this IEndpointRouteBuilder routes) => routes.MapGet("/anomalies/{id}/evidence", Handle);

    private static async Task<IResult> Handle(string id, HttpContext context, DriftlockApi api, SessionCaller caller, CancellationToken cancellation)
    {
        caller.User = context.User;
        var answer = await api.EvidenceAsync(id, cancellation);
        if (answer.Problem is { } problem)
            return TypedResults.Redirect($"/anomalies/{Uri.EscapeDataString(id)}?evidence={problem.Kind}");
        context.Response.RegisterForDispose(answer.Value!);
        var name = $"driftlock-evidence-{string.Concat(id.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-'))}.json";
        return TypedResults.Stream(await answer.Value!.Content.ReadAsStreamAsync(cancellation), "application/json", name);
    }
}

using Driftlock.Web.ApiClient;

namespace Driftlock.Web.SignIn;

/// <summary>Hands the Api's evidence on, byte for byte: a browser cannot send the key that the Api asks for.</summary>
internal static class EvidenceDownload
{
    public static void MapEvidenceDownload(this IEndpointRouteBuilder routes)
    {
        foreach (var form in (EvidenceForm[])[EvidenceForm.Bundle, EvidenceForm.Markdown, EvidenceForm.Page])
        {
            routes.MapGet($"/anomalies/{{id}}/evidence{form.Ending}", (string id, HttpContext context, DriftlockApi api, SessionCaller caller, CancellationToken cancellation) =>
                HandleAsync(id, form, context, api, caller, cancellation));
        }
    }

    private static async Task<IResult> HandleAsync(
        string id, EvidenceForm form, HttpContext context, DriftlockApi api, SessionCaller caller, CancellationToken cancellation)
    {
        caller.User = context.User;
        var answer = await api.EvidenceAsync(id, form, cancellation);
        if (answer.Problem is { } problem)
            return TypedResults.Redirect($"/anomalies/{Uri.EscapeDataString(id)}?evidence={problem.Kind}");
        context.Response.RegisterForDispose(answer.Value!);
        // A file name, so that a browser saves and does not show it: what is in it came from telemetry.
        var name = form.File.Before + string.Concat(id.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-')) + form.File.After;
        return TypedResults.Stream(await answer.Value!.Content.ReadAsStreamAsync(cancellation), form.MediaType, name);
    }
}

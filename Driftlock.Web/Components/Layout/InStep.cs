using System.Text.Json.Serialization;
using Driftlock.Web.ApiClient;
using Driftlock.Web.SignIn;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Web.Components.Layout;

/// <summary>How what a page shows stands now: in-step.js asks every few seconds, and lets the page come in again when somebody else has decided.</summary>
internal static class InStep
{
    /// <summary>The Api takes so many ids.</summary>
    private const int Most = 200;

    public static void MapInStep(this IEndpointRouteBuilder routes) => routes.MapGet("/in-step", AskAsync);

    /// <summary>Compared with <c>data-stands</c> on the page.</summary>
    public static string Of(IncidentSummary incident) => $"{incident.Status} {incident.Anomalies}";

    /// <param name="anomalies">Ids, separated by commas.</param>
    /// <param name="incidents">The same.</param>
    /// <param name="context">Of the request.</param>
    /// <param name="api">Asked with the caller's own key.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>By id; what the Api cannot tell now is left out, and asked for again.</returns>
    private static async Task<JsonHttpResult<Dictionary<string, string>>> AskAsync(
        string? anomalies, string? incidents, HttpContext context, DriftlockApi api, SessionCaller caller, CancellationToken cancellation)
    {
        caller.User = context.User;
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!string.IsNullOrEmpty(anomalies))
        {
            foreach (var anomaly in (await api.AnomaliesAsync(new AnomalyFilter { Ids = anomalies }, Most, null, cancellation)).Value?.Items ?? [])
                found[anomaly.Id] = anomaly.Status;
        }

        if (!string.IsNullOrEmpty(incidents))
        {
            foreach (var incident in (await api.IncidentsAsync(incidents, null, null, null, Most, null, cancellation)).Value?.Items ?? [])
                found[incident.Id] = Of(incident);
        }

        return TypedResults.Json(found, InStepJson.Default.DictionaryStringString);
    }
}

[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class InStepJson : JsonSerializerContext;

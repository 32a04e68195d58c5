using System.Text.Json.Serialization;
using Driftlock.Web.ApiClient;
using Driftlock.Web.Components.Parts;
using Driftlock.Web.SignIn;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Web.Components.Layout;

/// <param name="Name">Text out of telemetry, shown as text.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Address">Its path.</param>
internal sealed record FoundPlace(string Name, string Kind, string Address);

/// <summary>What the palette finds beside the pages: streams by their service or name, anomalies by their text or id.</summary>
internal static class FoundPlaces
{
    private const int MostStreams = 5;
    private const int MostAnomalies = 6;
    private const int LongestText = 200;

    public static void MapFoundPlaces(this IEndpointRouteBuilder routes) => routes.MapGet("/places", FindAsync);

    private static async Task<JsonHttpResult<FoundPlace[]>> FindAsync(
        string? text, HttpContext context, DriftlockApi api, SessionCaller caller, CancellationToken cancellation)
    {
        caller.User = context.User;
        var wanted = (text ?? "").Trim();
        if (wanted.Length is 0 or > LongestText)
            return TypedResults.Json<FoundPlace[]>([], FoundPlaceJson.Default.FoundPlaceArray);
        var streams = api.StreamsAsync(null, null, wanted, MostStreams, null, cancellation);
        var anomalies = api.AnomaliesAsync(new AnomalyFilter { Text = wanted }, MostAnomalies, null, cancellation);
        var byId = wanted.Count(c => c == '-') == 2 ? await api.AnomalyAsync(wanted, cancellation) : null;
        FoundPlace[] found =
        [
            .. byId?.Value is { } one ? new[] { Of(one) } : [],
            .. ((await streams).Value?.Items ?? []).Select(stream => new FoundPlace(
                VisibleText.Of($"{stream.Service} {stream.Name}"), $"{stream.Signal} stream", $"/streams/{stream.Id}")),
            .. ((await anomalies).Value?.Items ?? []).Select(Of),
        ];
        return TypedResults.Json(found, FoundPlaceJson.Default.FoundPlaceArray);
    }

    private static FoundPlace Of(AnomalySummary anomaly) =>
        new(VisibleText.Of($"{anomaly.Service}: {anomaly.Why}"), $"{anomaly.Severity} anomaly", $"/anomalies/{Uri.EscapeDataString(anomaly.Id)}");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FoundPlace[]))]
internal sealed partial class FoundPlaceJson : JsonSerializerContext;

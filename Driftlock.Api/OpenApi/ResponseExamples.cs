using System.Text.Json;
using Driftlock.Api.Admin;
using Driftlock.Api.Alerts;
using Driftlock.Api.Analytics;
using Driftlock.Api.Anomalies;
using Driftlock.Api.Anomalies.Traces;
using Driftlock.Api.EvidenceChain;
using Driftlock.Api.Exports;
using Driftlock.Api.Incidents;
using Driftlock.Api.Performance;
using Driftlock.Api.Streams;
using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace Driftlock.Api.OpenApi;

/// <summary>What answers look like: values of the very types, so that an example cannot have a field that the answer has not.</summary>
internal sealed class ResponseExamples(IOptions<JsonOptions> json) : IOpenApiSchemaTransformer
{
    private static readonly DateTimeOffset At = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Id = new("0195612d-8694-739b-aea5-966c26f8ad91");

    private static readonly AnomalySummary Anomaly = new(
        "9-1512-0", "f9a10c64be5b7e22", Signal.Logs, "shop", "Shop.Cart", Severity.High, AnomalyStatus.Open, 71.4, 0.00098, 412.5, 0.02,
        "1 of 50 lines costs 412 bits more than the stream's lines do", "POSSIBLE BREAK-IN ATTEMPT from 203.0.113.7", 50, At, At.AddSeconds(12), At.AddSeconds(13), 1712);

    private static readonly IncidentSummary Incident = new(
        "i-9-1512-0", Anomaly.Why, ["shop"], Severity.High, IncidentStatus.Open, 3, At, At.AddMinutes(4), null, null);

    private static readonly StreamDetail Stream = new("f9a10c64be5b7e22", Signal.Logs, "shop", "Shop.Cart", 9, 75_600, 1_512, 1, 20, 0, "ready", 0, At.AddDays(-3), At, 0.00067);

    private static readonly ExportDetail Export = new(
        Id, ExportFormat.Ndjson, true, new ExportFilter(null, "shop", null, null, AnomalyStatus.Open, null, null, null, null, null), ExportStatus.Done, 17, 214_034, At, "ci", At.AddSeconds(1), At.AddDays(7), null);

    private static readonly AlertChannelDetail Channel = new(
        Id, "on call", AlertKind.Webhook, "example.org", AlertSubject.Incident, Severity.Medium, null, true, At, 0, At.AddHours(2), null);

    private static readonly Dictionary<Type, object> Examples = new object[]
    {
        Anomaly, new AnomalyPage([Anomaly], "LWRldGVjdGVkIDE3MTIgMTcxMg"), Incident, new IncidentPage([Incident], null), Stream, new StreamPage([Stream], null), Export,
        new ExportList([Export]), Channel, new AlertChannelList([Channel]), new CreatedAlertChannel(Channel, "whsec_..."), new AlertTestResult(false, "the receiver answered 503"),
        new AlertDeliveryList([new AlertDeliveryDetail(Id, Incident.Id, Anomaly.Id, "delivered", 1, At, At.AddSeconds(1), null, null)]),
        new AnomalyVerification(
            Anomaly.Id, true, new RecomputationResult(true, [], []), new SignatureResult(SignatureState.Valid, EvidenceSignature.EcdsaP256Sha256, "3d1f0a5c7b9e2468", At.AddDays(-90), null),
            new ChainResult(ChainState.Linked, null, 17, 40, new string('7', 64), new string('b', 64)), new string('c', 64)),
        new AnomalyTraces(
            Anomaly.Id, new SearchedLog(At.AddMinutes(-2), At.AddMinutes(2).AddSeconds(12), 214, true),
            [
                new AnomalyTrace(
                    "4bf92f3577b34da6a3ce929d0e0e4736", "1772625600000000000", 412_000_000, ["frontend", "shop"], [17],
                    [
                        new TraceSpan("00f067aa0ba902b7", null, "frontend", "POST /cart", "server", "1772625600000000000", 412_000_000, false, null),
                        new TraceSpan("53995c3f42cd8ad8", "00f067aa0ba902b7", "shop", "add to cart", "server", "1772625600004000000", 401_000_000, true, null),
                    ],
                    [new TraceLog("shop", "1772625600390000000", "ERROR", Anomaly.CostliestLine, "53995c3f42cd8ad8", 17)], false),
            ]),
        new CreatedApiKey(Id, "collector", "ingest", ["ingest"], "dlk_...", At, null, null),
        new Summary(
            new StreamTotals(12, 11, 1), 75_600, 1_512, new AnomalyTotals(3, 1, new Dictionary<string, long> { ["high"] = 1 }, new Dictionary<string, long> { ["open"] = 1, ["dismissed"] = 2 }),
            new Lag(0, 0), [new HourTotals(At, 3_150, 63, 1)], 0.05),
        new PerformanceFigures(
            At, At.AddHours(1), [new DurationFigures("GET /api/v1/anomalies", 3_600, 0, 2.1, 1.7, 4.9, 9.8)], [new DurationFigures("ingest.append", 17_000, 0, 3.9, 3.4, 8.2, 16.5)],
            [new CacheFigures("caller", 20_590, 4, 6, 0.9997)]),
    }.ToDictionary(example => example.GetType());

    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (Examples.TryGetValue(context.JsonTypeInfo.Type, out var example)) schema.Examples = [JsonSerializer.SerializeToNode(example, example.GetType(), json.Value.SerializerOptions)!];
        return Task.CompletedTask;
    }
}

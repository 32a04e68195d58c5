using System.Text;

namespace Driftlock.Tests.Plans;

/// <summary>What is asked of the Api over the filled store, so that each of its statements has a plan.</summary>
internal static class PlannedRequests
{
    private const string Stream = "00000000000004d2";

    public static readonly (string Label, string Address)[] Reads =
    [
        ("Anomalies: first page", "anomalies"),
        ("Anomalies: a page in the middle", "anomalies?cursor=" + After("-detected", "131072", 131_072)),
        ("Anomalies: by score", "anomalies?sort=-score"),
        ("Anomalies: by score, a page in the middle", "anomalies?sort=-score&cursor=" + After("-score", "70.5", 150_000)),
        ("Anomalies: by score, a page among equal ones", "anomalies?sort=-score&cursor=" + After("-score", "100", 20_000)),
        ("Anomalies: by score, lowest first", "anomalies?sort=score"),
        ("Anomalies: by score, lowest first, a page in the middle", "anomalies?sort=score&cursor=" + After("score", "70.5", 150_000)),
        ("Anomalies: by p-value", "anomalies?sort=pValue"),
        ("Anomalies: by p-value, a page in the middle", "anomalies?sort=pValue&cursor=" + After("pValue", (20 / 4097.0).ToString("R"), 150_000)),
        ("Anomalies: by excess bits", "anomalies?sort=-excessBits"),
        ("Anomalies: by time of their events", "anomalies?sort=-time"),
        ("Anomalies: by time of their events, a page in the middle", "anomalies?sort=-time&cursor=" + After("-time", DateTimeOffset.UtcNow.AddDays(-100).UtcTicks.ToString(), 150_000)),
        ("Anomalies: open", "anomalies?status=open"),
        ("Anomalies: of a stream", "anomalies?stream=00000000000004d2"),
        ("Anomalies: of a service", "anomalies?service=service-7"),
        ("Anomalies: critical", "anomalies?severity=critical"),
        ("Anomalies: of a signal", "anomalies?signal=logs"),
        ("Anomalies: score and p", "anomalies?minScore=99&maxP=0.001"),
        ("Anomalies: of an hour half a year ago", $"anomalies?from={DateTimeOffset.UtcNow.AddDays(-182):yyyy-MM-ddTHH}:00:00Z&to={DateTimeOffset.UtcNow.AddDays(-182):yyyy-MM-ddTHH}:59:00Z"),
        ("Anomalies: a text that is nowhere", "anomalies?text=nowhere-to-be-found"),
        ("Anomalies: a part of a line", "anomalies?text=1679091c5a88"),
        ("Anomalies: two words that every one has", "anomalies?text=seen+disk"),
        ("Anomaly: detail, with related ones", $"anomalies/{FilledStore.Anomaly}"),
        ("Anomaly: signed evidence", $"anomalies/{FilledStore.Anomaly}/evidence"),
        ("Anomaly: its traces", $"anomalies/{FilledStore.Anomaly}/traces"),
        ("Anomaly: feedback", $"anomalies/{FilledStore.Anomaly}/feedback"),
        ("Incidents: first page", "incidents"),
        ("Incidents: open", "incidents?status=open"),
        ("Incidents: of a service", "incidents?service=service-8"),
        ("Incident: detail", "incidents/i-10000"),
        ("Streams: first page", "streams"),
        ("Streams: of a service", "streams?service=service-8"),
        ("Stream: detail", $"streams/{Stream}"),
        ("Stream: anchors", $"streams/{Stream}/anchor"),
        ("Summary", "analytics/summary"),
        ("Detection", "analytics/detection"),
        ("Heat map", "analytics/ncd-heatmap"),
        ("Timeline", "analytics/compression-timeline?stream=0000000000000010"),
        ("Chain of evidence", "evidence/chain?cursor=8000"),
        ("Configuration", "config"),
        ("Keys", "admin/api-keys"),
        ("Users", "admin/users"),
        ("Usage", "admin/usage"),
        ("Audit log", "admin/audit-log"),
        ("Audit log: of a target", "admin/audit-log?target=i-10000"),
        ("Performance", "admin/performance"),
        ("Exports", "exports"),
    ];

    public static readonly (string Label, HttpMethod Method, string Address, string Body)[] Writes =
    [
        ("Anomaly: status", HttpMethod.Patch, $"anomalies/{FilledStore.Anomaly}/status", """{"status":"acknowledged"}"""),
        ("Anomaly: new feedback", HttpMethod.Post, $"anomalies/{FilledStore.Anomaly}/feedback", """{"kind":"confirmed"}"""),
        ("Incident: status", HttpMethod.Patch, "incidents/i-10000/status", """{"status":"resolved","withAnomalies":true}"""),
    ];

    /// <summary>A cursor as the list gives it.</summary>
    private static string After(string sort, string value, long sequence) =>
        System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{sort} {value} {sequence}"));
}

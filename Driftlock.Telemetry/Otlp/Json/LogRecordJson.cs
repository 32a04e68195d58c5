using System.Text.Json;

namespace Driftlock.Telemetry.Otlp.Json;

internal static class LogRecordJson
{
    private static readonly Func<ReadOnlySpan<byte>, ulong> BySeverityName = static name =>
        SeverityNumber.FromText(name.StartsWith("SEVERITY_NUMBER_"u8) ? name[16..] : name);

    public static void Read(scoped ref Utf8JsonReader json, TelemetryBatch batch)
    {
        var pending = batch.Pending;
        pending.Attributes.Clear();
        var fields = new LogFields();
        while (JsonFields.NextProperty(ref json))
        {
            if (JsonFields.Is(ref json, "timeUnixNano"u8)) fields.Time = JsonFields.Unsigned(ref json, "timeUnixNano");
            else if (JsonFields.Is(ref json, "observedTimeUnixNano"u8)) fields.ObservedTime = JsonFields.Unsigned(ref json, "observedTimeUnixNano");
            else if (JsonFields.Is(ref json, "severityNumber"u8)) fields.Severity = JsonFields.Enumeration(ref json, "severityNumber", BySeverityName);
            else if (JsonFields.Is(ref json, "severityText"u8)) fields.SeverityText = JsonFields.Text(ref json, pending.Json.Severity, "severityText");
            else if (JsonFields.Is(ref json, "body"u8)) fields.Body = pending.BodyText.Body(AnyValueJson.Text(ref json, pending.BodyText.Rendered, batch, "body"));
            else if (JsonFields.Is(ref json, "attributes"u8)) AttributesJson.Read(ref json, batch);
            else if (JsonFields.Is(ref json, "traceId"u8)) fields.TraceId = JsonFields.Id(ref json, pending.Json.TraceId, "traceId");
            else if (JsonFields.Is(ref json, "spanId"u8)) fields.SpanId = JsonFields.Id(ref json, pending.Json.SpanId, "spanId");
            else if (JsonFields.Is(ref json, "eventName"u8)) fields.EventName = JsonFields.Text(ref json, pending.Json.Name, "eventName");
            else JsonFields.SkipValue(ref json);
        }
        var stream = pending.Stream(pending.Scope);
        if (stream is null) batch.RejectStream();
        else fields.Commit(batch, stream);
    }
}

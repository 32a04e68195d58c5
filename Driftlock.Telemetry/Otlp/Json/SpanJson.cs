using System.Text.Json;

namespace Driftlock.Telemetry.Otlp.Json;

internal static class SpanJson
{
    private static readonly Func<ReadOnlySpan<byte>, ulong> ByStatusName = static name =>
        name.SequenceEqual("STATUS_CODE_OK"u8) ? 1u : name.SequenceEqual("STATUS_CODE_ERROR"u8) ? 2u : 0u;

    private static readonly Func<ReadOnlySpan<byte>, ulong> ByKindName = static name => SpanFields.KindOf(name);

    public static void Read(scoped ref Utf8JsonReader json, TelemetryBatch batch)
    {
        var pending = batch.Pending;
        pending.Attributes.Clear();
        var fields = new SpanFields();
        while (JsonFields.NextProperty(ref json))
        {
            if (JsonFields.Is(ref json, "traceId"u8)) fields.TraceId = JsonFields.Id(ref json, pending.Json.TraceId, "traceId");
            else if (JsonFields.Is(ref json, "spanId"u8)) fields.SpanId = JsonFields.Id(ref json, pending.Json.SpanId, "spanId");
            else if (JsonFields.Is(ref json, "parentSpanId"u8)) fields.ParentSpanId = JsonFields.Id(ref json, pending.Json.ParentSpanId, "parentSpanId");
            else if (JsonFields.Is(ref json, "name"u8)) fields.Name = JsonFields.Text(ref json, pending.Json.Name, "name");
            else if (JsonFields.Is(ref json, "kind"u8)) fields.Kind = JsonFields.Enumeration(ref json, "kind", ByKindName);
            else if (JsonFields.Is(ref json, "startTimeUnixNano"u8)) fields.Start = JsonFields.Unsigned(ref json, "startTimeUnixNano");
            else if (JsonFields.Is(ref json, "endTimeUnixNano"u8)) fields.End = JsonFields.Unsigned(ref json, "endTimeUnixNano");
            else if (JsonFields.Is(ref json, "attributes"u8)) AttributesJson.Read(ref json, batch);
            else if (JsonFields.Is(ref json, "events"u8)) Events(ref json, batch);
            else if (JsonFields.Is(ref json, "status"u8)) Status(ref json, ref fields, batch);
            else JsonFields.SkipValue(ref json);
        }
        fields.Commit(batch);
    }

    private static void Status(scoped ref Utf8JsonReader json, ref SpanFields fields, TelemetryBatch batch)
    {
        if (!JsonFields.BeginObject(ref json, "status")) return;
        var body = batch.Pending.BodyText;
        while (JsonFields.NextProperty(ref json))
        {
            if (JsonFields.Is(ref json, "message"u8)) fields.StatusMessage = body.Body(JsonFields.Text(ref json, body.Rendered, "message"));
            else if (JsonFields.Is(ref json, "code"u8)) fields.StatusCode = JsonFields.Enumeration(ref json, "code", ByStatusName);
            else JsonFields.SkipValue(ref json);
        }
    }

    private static void Events(scoped ref Utf8JsonReader json, TelemetryBatch batch)
    {
        if (!JsonFields.BeginArray(ref json, "events")) return;
        var (pending, key, rendered) = (batch.Pending, batch.Pending.EventKey, batch.Pending.ValueText.Rendered);
        while (JsonFields.NextElement(ref json))
        {
            if (!JsonFields.IsObject(ref json, "events")) continue;
            key.Clear();
            key.WriteRaw("event."u8);
            rendered.Clear();
            while (JsonFields.NextProperty(ref json))
            {
                if (JsonFields.Is(ref json, "name"u8)) key.WriteRaw(JsonFields.Text(ref json, pending.Json.AttributeKey, "name"));
                else if (JsonFields.Is(ref json, "attributes"u8)) AnyValueJson.Map(ref json, rendered, pending.Json.Nested, batch.Limits.Depth, "attributes");
                else JsonFields.SkipValue(ref json);
            }
            if (rendered.Length == 0) rendered.WriteRaw("{}"u8);
            pending.Attribute(key.Written, rendered.Written);
        }
    }
}

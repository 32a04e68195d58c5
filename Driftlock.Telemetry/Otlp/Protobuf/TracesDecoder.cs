namespace Driftlock.Telemetry.Otlp.Protobuf;

/// <summary>collector.trace.v1.ExportTraceServiceRequest. Links and trace state are not kept.</summary>
internal static class TracesDecoder
{
    public static void Read(WireReader request, TelemetryBatch batch)
    {
        var path = batch.Pending.Path;
        while (request.Next())
        {
            if (request.Field != 1)
            {
                request.Skip();
                continue;
            }
            path.Resource++;
            path.Scope = -1;
            ResourceSpans(request.Message("resource_spans"), batch);
        }
    }

    private static void ResourceSpans(WireReader level, TelemetryBatch batch)
    {
        ResourceDecoder.Head(level, batch);
        while (level.Next())
        {
            if (level.Field != 2)
            {
                level.Skip();
                continue;
            }
            batch.Pending.Path.Scope++;
            ScopeSpans(level.Message("scope_spans"), batch);
            batch.Pending.Path.Item = -1;
        }
    }

    private static void ScopeSpans(WireReader level, TelemetryBatch batch)
    {
        while (level.Next())
        {
            if (level.Field != 2)
            {
                level.Skip();
                continue;
            }
            batch.Pending.Path.Item++;
            Span(level.Message("spans"), batch);
        }
    }

    private static void Span(WireReader span, TelemetryBatch batch)
    {
        batch.Pending.Attributes.Clear();
        var fields = new SpanFields();
        while (span.Next())
        {
            switch (span.Field)
            {
                case 1: fields.TraceId = span.Bytes("trace_id"); break;
                case 2: fields.SpanId = span.Bytes("span_id"); break;
                case 4: fields.ParentSpanId = span.Bytes("parent_span_id"); break;
                case 5: fields.Name = span.Bytes("name"); break;
                case 6: fields.Kind = span.Varint("kind"); break;
                case 7: fields.Start = span.Fixed64("start_time_unix_nano"); break;
                case 8: fields.End = span.Fixed64("end_time_unix_nano"); break;
                case 9: ResourceDecoder.Attribute(span.Message("attributes"), batch); break;
                case 11: SpanEvent(span.Message("events"), batch); break;
                case 15: Status(span.Message("status"), ref fields, batch); break;
                default: span.Skip(); break;
            }
        }
        fields.Commit(batch);
    }

    private static void Status(WireReader status, ref SpanFields fields, TelemetryBatch batch)
    {
        while (status.Next())
        {
            switch (status.Field)
            {
                case 2: fields.StatusMessage = batch.Pending.BodyText.Body(status.Bytes("message")); break;
                case 3: fields.StatusCode = status.Varint("code"); break;
                default: status.Skip(); break;
            }
        }
    }

    /// <summary>A span's event (an exception, for example) is kept as an attribute: event.NAME = its attributes as JSON.</summary>
    private static void SpanEvent(WireReader spanEvent, TelemetryBatch batch)
    {
        var pending = batch.Pending;
        var key = pending.EventKey;
        var whole = spanEvent;
        key.Clear();
        key.WriteRaw("event."u8);
        while (spanEvent.Next())
        {
            if (spanEvent.Field == 2) key.WriteRaw(spanEvent.Bytes("name"));
            else spanEvent.Skip();
        }
        var rendered = pending.ValueText.Rendered;
        rendered.Clear();
        AnyValueDecoder.Map(whole, field: 3, rendered, batch.Limits.Depth);
        pending.Attribute(key.Written, rendered.Written);
    }
}

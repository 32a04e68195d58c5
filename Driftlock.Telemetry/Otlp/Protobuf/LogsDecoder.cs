namespace Driftlock.Telemetry.Otlp.Protobuf;

/// <summary>collector.logs.v1.ExportLogsServiceRequest.</summary>
internal static class LogsDecoder
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
            ResourceLogs(request.Message("resource_logs"), batch);
        }
    }

    private static void ResourceLogs(WireReader level, TelemetryBatch batch)
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
            batch.Pending.Path.Item = -1;
            ScopeLogs(level.Message("scope_logs"), batch);
            batch.Pending.Path.Item = -1;
        }
    }

    private static void ScopeLogs(WireReader level, TelemetryBatch batch)
    {
        ResourceDecoder.ScopeHead(level, batch);
        StreamBlock? stream = null;
        while (level.Next())
        {
            if (level.Field != 2)
            {
                level.Skip();
                continue;
            }
            batch.Pending.Path.Item++;
            var record = level.Message("log_records");
            stream ??= batch.Pending.Stream(batch.Pending.Scope);
            if (stream is null) batch.RejectStream();
            else Record(record, batch, stream);
        }
    }

    private static void Record(WireReader record, TelemetryBatch batch, StreamBlock stream)
    {
        var pending = batch.Pending;
        pending.Attributes.Clear();
        var fields = new LogFields();
        while (record.Next())
        {
            switch (record.Field)
            {
                case 1: fields.Time = record.Fixed64("time_unix_nano"); break;
                case 2: fields.Severity = record.Varint("severity_number"); break;
                case 3: fields.SeverityText = record.Bytes("severity_text"); break;
                case 5:
                    var text = AnyValueDecoder.Text(record.Message("body"), pending.BodyText.Rendered, batch.Limits.Depth);
                    fields.Body = pending.BodyText.Body(text);
                    break;
                case 6: ResourceDecoder.Attribute(record.Message("attributes"), batch); break;
                case 9: fields.TraceId = record.Bytes("trace_id"); break;
                case 10: fields.SpanId = record.Bytes("span_id"); break;
                case 11: fields.ObservedTime = record.Fixed64("observed_time_unix_nano"); break;
                case 12: fields.EventName = record.Bytes("event_name"); break;
                default: record.Skip(); break;
            }
        }
        fields.Commit(batch, stream);
    }
}

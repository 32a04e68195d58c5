using System.Text.Json;
using Driftlock.Telemetry.Otlp;
using Driftlock.Telemetry.Otlp.Json;

namespace Driftlock.Telemetry.Plain;

/// <summary>One plain event: reads it to its end whatever is wrong with it, and takes it only when nothing is.</summary>
internal sealed class PlainEventParser(TelemetryBatch batch, List<PlainEventError> errors)
{
    private int _index;
    private int _line;
    private bool _failed;

    /// <summary>The reader stands on the value's first token and afterwards on its last.</summary>
    public void Event(ref Utf8JsonReader json, int index, int line)
    {
        (_index, _line, _failed) = (index, line, false);
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            Error(index, line, null, "an event is a JSON object such as {\"service\":\"shop\",\"message\":\"paid\"}");
            return;
        }
        var pending = batch.Pending;
        pending.BeginResource();
        pending.SetScope(default);
        pending.Attributes.Clear();
        var (hasService, hasMessage) = (false, false);
        var fields = new LogFields();
        while (JsonFields.NextProperty(ref json))
        {
            if (JsonFields.Is(ref json, "service"u8))
            {
                var service = Text(ref json, "service");
                hasService = !service.IsEmpty;
                pending.SetService(service);
            }
            else if (JsonFields.Is(ref json, "message"u8))
            {
                json.Read();
                hasMessage = json.TokenType != JsonTokenType.Null;
                pending.BodyText.Rendered.Clear();
                var isText = json.TokenType == JsonTokenType.String;
                if (!isText) CompactJson.Append(ref json, pending.BodyText.Rendered, pending.Json.Nested);
                fields.Body = pending.BodyText.Body(isText ? JsonFields.Current(ref json, pending.BodyText.Rendered) : pending.BodyText.Rendered.Written);
            }
            else if (JsonFields.Is(ref json, "severity"u8)) fields.Severity = Severity(ref json);
            else if (JsonFields.Is(ref json, "timestamp"u8)) fields.Time = Time(ref json);
            else if (JsonFields.Is(ref json, "scope"u8)) pending.SetScope(Text(ref json, "scope"));
            else if (JsonFields.Is(ref json, "eventName"u8)) fields.EventName = Text(ref json, "eventName");
            else if (JsonFields.Is(ref json, "traceId"u8)) fields.TraceId = Id(ref json, pending.Json.TraceId, "traceId", 16);
            else if (JsonFields.Is(ref json, "spanId"u8)) fields.SpanId = Id(ref json, pending.Json.SpanId, "spanId", 8);
            else if (JsonFields.Is(ref json, "attributes"u8)) Attributes(ref json);
            else Attribute(ref json);
        }
        if (!hasService) Fail("service", "service is missing; the name of the program that wrote the event is right");
        if (!hasMessage) Fail("message", "message is missing; the text of the event is right");
        if (!_failed) Commit(fields);
    }

    public void Error(int index, int line, string? field, string message)
    {
        // The batch keeps the first only.
        batch.Reject(RejectionReason.InvalidEvent, errors.Count == 0 ? $"event {index}, line {line}: {message}" : message);
        if (errors.Count < PlainEventReader.MaxErrors) errors.Add(new PlainEventError(index, line, field, message));
    }

    private void Commit(in LogFields fields)
    {
        batch.Pending.EndResource();
        var stream = batch.Pending.Stream(batch.Pending.Scope);
        if (stream is null) batch.RejectStream();
        else fields.Commit(batch, stream);
    }

    /// <summary>The first mistake of an event is the one reported.</summary>
    private void Fail(string field, string message)
    {
        if (!_failed) Error(_index, _line, field, message);
        _failed = true;
    }

    private ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader json, string field)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String) return JsonFields.Current(ref json, field == "eventName" ? batch.Pending.Json.Name : batch.Pending.Json.Severity);
        if (json.TokenType != JsonTokenType.Null) Fail(field, $"{field} is no text; a string is right");
        json.Skip();
        return default;
    }

    private ReadOnlySpan<byte> Id(scoped ref Utf8JsonReader json, Cbad.Events.ByteBuffer target, string field, int bytes)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null) return default;
        ReadOnlySpan<byte> id = default;
        if (json.TokenType == JsonTokenType.String) id = JsonFields.CurrentId(ref json, target);
        else json.Skip();
        if (id.Length != bytes) Fail(field, $"{field} is no id; {bytes * 2} hexadecimal digits are right");
        return id;
    }

    private ulong Severity(scoped ref Utf8JsonReader json)
    {
        json.Read();
        var text = json.TokenType is JsonTokenType.String or JsonTokenType.Number ? json.ValueSpan : default;
        ulong number = SeverityNumber.FromText(text);
        var isRight = number != 0 || (ulong.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out number) && number <= 24);
        if (!isRight && json.TokenType != JsonTokenType.Null)
        {
            Fail("severity", "severity is not known; TRACE, DEBUG, INFO, WARN, ERROR, FATAL or a number from 0 to 24 is right");
        }
        json.Skip();
        return number;
    }

    private ulong Time(scoped ref Utf8JsonReader json)
    {
        json.Read();
        var text = json.TokenType is JsonTokenType.String or JsonTokenType.Number ? json.ValueSpan : default;
        if (!PlainTime.TryParse(text, out var unixNano) && json.TokenType != JsonTokenType.Null)
        {
            Fail("timestamp", $"timestamp cannot be read; {PlainTime.Right} is right");
        }
        json.Skip();
        return unixNano;
    }

    private void Attributes(scoped ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.StartObject)
        {
            while (JsonFields.NextProperty(ref json)) Attribute(ref json);
            return;
        }
        if (json.TokenType != JsonTokenType.Null) Fail("attributes", "attributes is no map; an object such as {\"key\":\"value\"} is right");
        json.Skip();
    }

    /// <summary>The reader stands on the name.</summary>
    private void Attribute(scoped ref Utf8JsonReader json)
    {
        var pending = batch.Pending;
        var key = JsonFields.Current(ref json, pending.Json.AttributeKey);
        json.Read();
        if (json.TokenType == JsonTokenType.Null) return;
        var rendered = pending.ValueText.Rendered;
        rendered.Clear();
        if (json.TokenType == JsonTokenType.String)
        {
            pending.Attribute(key, JsonFields.Current(ref json, rendered));
            return;
        }
        CompactJson.Append(ref json, rendered, pending.Json.Nested);
        pending.Attribute(key, rendered.Written);
    }
}

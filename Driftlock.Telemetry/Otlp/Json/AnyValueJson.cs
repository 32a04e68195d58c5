using System.Text.Json;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry.Batches;

namespace Driftlock.Telemetry.Otlp.Json;

/// <summary>common.v1.AnyValue out of JSON, as the same text that the protobuf form gives.</summary>
internal static class AnyValueJson
{
    private const string Right = "an object such as {\"stringValue\":\"text\"}";

    /// <returns>A part of the request, or <paramref name="rendered"/>; not yet cleaned.</returns>
    public static ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader json, ByteBuffer rendered, TelemetryBatch batch, string field)
    {
        rendered.Clear();
        json.Read();
        if (json.TokenType == JsonTokenType.Null) return default;
        if (json.TokenType != JsonTokenType.StartObject) throw JsonFields.Wrong(ref json, field, Right);
        ReadOnlySpan<byte> text = default;
        while (JsonFields.NextProperty(ref json))
        {
            if (JsonFields.Is(ref json, "stringValue"u8))
            {
                text = JsonFields.Text(ref json, rendered, "stringValue");
                continue;
            }
            rendered.Clear();
            if (JsonFields.Is(ref json, "bytesValue"u8)) text = Base64(ref json, rendered);
            else if (JsonFields.Is(ref json, "doubleValue"u8))
            {
                JsonText.Double(rendered, JsonFields.Double(ref json, "doubleValue"), quoteNonFinite: false);
                text = rendered.Written;
            }
            else if (Render(ref json, rendered, batch.Pending.Json.Nested, batch.Limits.Depth)) text = rendered.Written;
        }
        return text;
    }

    /// <summary>[{"key":..,"value":{..}},..] as a JSON object; the reader stands on the property's name.</summary>
    public static void Map(scoped ref Utf8JsonReader json, ByteBuffer target, ByteBuffer scratch, int depth, string field)
    {
        target.WriteByte((byte)'{');
        if (JsonFields.BeginArray(ref json, field))
        {
            for (var first = true; JsonFields.NextElement(ref json); first = false)
            {
                if (!JsonFields.IsObject(ref json, field)) continue;
                if (!first) target.WriteByte((byte)',');
                Pair(ref json, target, scratch, depth);
            }
        }
        target.WriteByte((byte)'}');
    }

    /// <summary>The current property as JSON; false when it is unknown.</summary>
    private static bool Render(scoped ref Utf8JsonReader json, ByteBuffer target, ByteBuffer scratch, int depth)
    {
        if (JsonFields.Is(ref json, "stringValue"u8)) JsonText.Quote(target, JsonFields.Text(ref json, scratch, "stringValue"));
        else if (JsonFields.Is(ref json, "boolValue"u8)) JsonText.Boolean(target, JsonFields.Boolean(ref json, "boolValue"));
        else if (JsonFields.Is(ref json, "intValue"u8)) JsonText.Integer(target, JsonFields.Signed(ref json, "intValue"));
        else if (JsonFields.Is(ref json, "doubleValue"u8)) JsonText.Double(target, JsonFields.Double(ref json, "doubleValue"), quoteNonFinite: true);
        else if (JsonFields.Is(ref json, "bytesValue"u8)) JsonText.Quote(target, Base64(ref json, scratch));
        else if (JsonFields.Is(ref json, "arrayValue"u8)) Values(ref json, target, scratch, Deeper(ref json, depth), isMap: false);
        else if (JsonFields.Is(ref json, "kvlistValue"u8)) Values(ref json, target, scratch, Deeper(ref json, depth), isMap: true);
        else
        {
            JsonFields.SkipValue(ref json);
            return false;
        }
        return true;
    }

    /// <summary>ProtoJSON takes both alphabets of base64, padded or not; the protobuf form gives the standard one with padding.</summary>
    private static ReadOnlySpan<byte> Base64(scoped ref Utf8JsonReader json, ByteBuffer unescaped)
    {
        var text = JsonFields.Text(ref json, unescaped, "bytesValue");
        if (text.Length % 4 == 0 && text.IndexOfAny("-_"u8) < 0) return text;
        var standard = new byte[(text.Length + 3) / 4 * 4];
        text.CopyTo(standard);
        standard.AsSpan(text.Length).Fill((byte)'=');
        standard.AsSpan().Replace((byte)'-', (byte)'+');
        standard.AsSpan().Replace((byte)'_', (byte)'/');
        return standard;
    }

    /// <summary>{"values":[..]} of an array or a map.</summary>
    private static void Values(scoped ref Utf8JsonReader json, ByteBuffer target, ByteBuffer scratch, int depth, bool isMap)
    {
        var start = target.Length;
        if (JsonFields.BeginObject(ref json, isMap ? "kvlistValue" : "arrayValue"))
        {
            while (JsonFields.NextProperty(ref json))
            {
                if (!JsonFields.Is(ref json, "values"u8))
                {
                    JsonFields.SkipValue(ref json);
                    continue;
                }
                target.Truncate(start);
                if (isMap) Map(ref json, target, scratch, depth, "values");
                else Array(ref json, target, scratch, depth);
            }
        }
        if (target.Length == start) target.WriteRaw(isMap ? "{}"u8 : "[]"u8);
    }

    private static void Array(scoped ref Utf8JsonReader json, ByteBuffer target, ByteBuffer scratch, int depth)
    {
        target.WriteByte((byte)'[');
        if (JsonFields.BeginArray(ref json, "values"))
        {
            for (var first = true; JsonFields.NextElement(ref json); first = false)
            {
                if (!first) target.WriteByte((byte)',');
                Nested(ref json, target, scratch, depth);
            }
        }
        target.WriteByte((byte)']');
    }

    /// <summary>The value on whose first token the reader stands.</summary>
    private static void Nested(scoped ref Utf8JsonReader json, ByteBuffer target, ByteBuffer scratch, int depth)
    {
        var start = target.Length;
        if (JsonFields.IsObject(ref json, "value"))
        {
            while (JsonFields.NextProperty(ref json))
            {
                var before = target.Length;
                if (Render(ref json, target, scratch, depth) && before != start) target.Truncate(before);
            }
        }
        if (target.Length == start) target.WriteRaw("null"u8);
    }

    private static void Pair(scoped ref Utf8JsonReader json, ByteBuffer target, ByteBuffer scratch, int depth)
    {
        ReadOnlySpan<byte> key = default;
        Utf8JsonReader value = default;
        while (JsonFields.NextProperty(ref json))
        {
            if (JsonFields.Is(ref json, "key"u8))
            {
                key = JsonFields.Text(ref json, scratch, "key");
                continue;
            }
            // The key must be written first, wherever the sender put it.
            if (JsonFields.Is(ref json, "value"u8)) value = json;
            JsonFields.SkipValue(ref json);
        }
        JsonText.Quote(target, key);
        target.WriteByte((byte)':');
        if (value.TokenType == JsonTokenType.None)
        {
            target.WriteRaw("null"u8);
            return;
        }
        value.Read();
        Nested(ref value, target, scratch, depth);
    }

    private static int Deeper(scoped ref Utf8JsonReader json, int depth) => depth > 0 ? depth - 1
        : throw new OtlpFormatException("an attribute or body nests arrays and maps deeper than this server reads (32 levels by default)", json.TokenStartIndex);
}

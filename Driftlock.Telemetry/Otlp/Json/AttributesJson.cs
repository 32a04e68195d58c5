using System.Text.Json;

namespace Driftlock.Telemetry.Otlp.Json;

/// <summary>"attributes": [{"key":..,"value":{..}},..] of a resource or an item.</summary>
internal static class AttributesJson
{
    public static void Read(scoped ref Utf8JsonReader json, TelemetryBatch batch, bool ofResource = false)
    {
        if (!JsonFields.BeginArray(ref json, "attributes")) return;
        var pending = batch.Pending;
        while (JsonFields.NextElement(ref json))
        {
            if (!JsonFields.IsObject(ref json, "attributes")) continue;
            ReadOnlySpan<byte> key = default, value = default;
            while (JsonFields.NextProperty(ref json))
            {
                if (JsonFields.Is(ref json, "key"u8)) key = JsonFields.Text(ref json, pending.Json.AttributeKey, "key");
                else if (JsonFields.Is(ref json, "value"u8)) value = AnyValueJson.Text(ref json, pending.ValueText.Rendered, batch, "value");
                else JsonFields.SkipValue(ref json);
            }
            if (ofResource) pending.ResourceAttribute(key, value);
            else pending.Attribute(key, value);
        }
    }
}

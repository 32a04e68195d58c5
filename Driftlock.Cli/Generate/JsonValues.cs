using System.Globalization;
using System.Text.Json;

namespace Driftlock.Cli.Generate;

/// <summary>Pieces of OTLP/JSON.</summary>
internal static class JsonValues
{
    public static void Text(Utf8JsonWriter json, string name, string value)
    {
        json.WriteStartObject(name);
        json.WriteString("stringValue", value);
        json.WriteEndObject();
    }

    /// <summary>64-bit numbers are strings in OTLP/JSON.</summary>
    public static void Long(Utf8JsonWriter json, string name, ulong value) => json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));

    public static void Attributes(Utf8JsonWriter json, params ReadOnlySpan<(string Key, object Value)> attributes)
    {
        json.WriteStartArray("attributes");
        foreach (var (key, value) in attributes)
        {
            json.WriteStartObject();
            json.WriteString("key", key);
            if (value is int number)
            {
                json.WriteStartObject("value");
                json.WriteString("intValue", number.ToString(CultureInfo.InvariantCulture));
                json.WriteEndObject();
            }
            else Text(json, "value", (string)value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}

using System.Text.Json;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry.Batches;
using Driftlock.Telemetry.Otlp.Json;

namespace Driftlock.Telemetry.Plain;

/// <summary>Copies a JSON value without white space, in the form in which structured OTLP values are stored.</summary>
internal static class CompactJson
{
    /// <summary>The reader stands on the value's first token and afterwards on its last.</summary>
    public static void Append(ref Utf8JsonReader json, ByteBuffer target, ByteBuffer scratch)
    {
        var depth = json.CurrentDepth;
        var needsComma = false;
        do
        {
            var ends = json.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject;
            if (needsComma && !ends) target.WriteByte((byte)',');
            needsComma = true;
            switch (json.TokenType)
            {
                case JsonTokenType.PropertyName:
                    JsonText.Quote(target, JsonFields.Current(ref json, scratch));
                    target.WriteByte((byte)':');
                    needsComma = false;
                    break;
                case JsonTokenType.String:
                    JsonText.Quote(target, JsonFields.Current(ref json, scratch));
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    target.WriteRaw(json.ValueSpan);
                    needsComma = false;
                    break;
                default:
                    target.WriteRaw(json.ValueSpan);
                    break;
            }
        }
        while (!IsLast(ref json, depth) && json.Read());
    }

    private static bool IsLast(ref Utf8JsonReader json, int depth) =>
        json.CurrentDepth == depth && json.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject or JsonTokenType.PropertyName);
}

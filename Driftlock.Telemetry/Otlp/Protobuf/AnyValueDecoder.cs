using Driftlock.Cbad.Events;
using Driftlock.Telemetry.Batches;

namespace Driftlock.Telemetry.Otlp.Protobuf;

/// <summary>
/// common.v1.AnyValue as text: strings as they are, numbers and booleans in their JSON form, bytes as base64, arrays and maps as
/// compact JSON. The text is not yet cleaned.
/// </summary>
internal static class AnyValueDecoder
{
    /// <returns>A part of the request, or <paramref name="rendered"/>.</returns>
    public static ReadOnlySpan<byte> Text(WireReader value, ByteBuffer rendered, int depthLimit)
    {
        rendered.Clear();
        ReadOnlySpan<byte> text = default;
        while (value.Next())
        {
            // A oneof: the last field counts.
            rendered.Clear();
            switch (value.Field)
            {
                case 1:
                    text = value.Bytes("string_value");
                    continue;
                case 3:
                    JsonText.Integer(rendered, (long)value.Varint("int_value"));
                    break;
                case 4:
                    JsonText.Double(rendered, value.Double("double_value"), quoteNonFinite: false);
                    break;
                case 7:
                    JsonText.Base64(rendered, value.Bytes("bytes_value"));
                    break;
                default:
                    if (!Render(ref value, rendered, depthLimit)) continue;
                    break;
            }
            text = rendered.Written;
        }
        return text;
    }

    /// <summary>The current field as JSON; false when it is unknown.</summary>
    private static bool Render(ref WireReader value, ByteBuffer target, int depth)
    {
        switch (value.Field)
        {
            case 1:
                JsonText.Quote(target, value.Bytes("string_value"));
                return true;
            case 2:
                JsonText.Boolean(target, value.Varint("bool_value") != 0);
                return true;
            case 3:
                JsonText.Integer(target, (long)value.Varint("int_value"));
                return true;
            case 4:
                JsonText.Double(target, value.Double("double_value"), quoteNonFinite: true);
                return true;
            case 5:
                Array(value.Message("array_value"), target, Deeper(depth, value.Position));
                return true;
            case 6:
                Map(value.Message("kvlist_value"), field: 1, target, Deeper(depth, value.Position));
                return true;
            case 7:
                target.WriteByte((byte)'"');
                JsonText.Base64(target, value.Bytes("bytes_value"));
                target.WriteByte((byte)'"');
                return true;
            default:
                value.Skip();
                return false;
        }
    }

    private static void Nested(WireReader value, ByteBuffer target, int depth)
    {
        var start = target.Length;
        while (value.Next())
        {
            var before = target.Length;
            if (!Render(ref value, target, depth)) continue;
            if (before == start) continue;
            // A second member of the oneof replaces the first.
            var last = target.Written[before..].ToArray();
            target.Truncate(start);
            target.WriteRaw(last);
        }
        if (target.Length == start) target.WriteRaw("null"u8);
    }

    private static void Array(WireReader array, ByteBuffer target, int depth)
    {
        target.WriteByte((byte)'[');
        for (var first = true; array.Next();)
        {
            if (array.Field != 1)
            {
                array.Skip();
                continue;
            }
            if (!first) target.WriteByte((byte)',');
            first = false;
            Nested(array.Message("values"), target, depth);
        }
        target.WriteByte((byte)']');
    }

    /// <summary>Repeated KeyValue with the given field number as a JSON object; the message's other fields are skipped.</summary>
    public static void Map(WireReader map, int field, ByteBuffer target, int depth)
    {
        target.WriteByte((byte)'{');
        for (var first = true; map.Next();)
        {
            if (map.Field != field)
            {
                map.Skip();
                continue;
            }
            if (!first) target.WriteByte((byte)',');
            first = false;
            var value = KeyValueDecoder.Read(map.Message("values"), out var key);
            JsonText.Quote(target, key);
            target.WriteByte((byte)':');
            Nested(value, target, depth);
        }
        target.WriteByte((byte)'}');
    }

    private static int Deeper(int depth, int position) => depth > 0 ? depth - 1
        : throw new OtlpFormatException("an attribute or body nests arrays and maps deeper than this server reads (32 levels by default)", position);
}

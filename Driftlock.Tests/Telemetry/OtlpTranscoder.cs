using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Driftlock.Tests.Telemetry;

/// <summary>
/// OTLP/JSON to OTLP/protobuf from a table of field numbers: an encoder that shares no code with the readers, to compare the two.
/// </summary>
internal static class OtlpTranscoder
{
    private static readonly Dictionary<string, Dictionary<string, (int Number, string Type)>> Schema = Parse("""
        Request: resourceLogs=1:ResourceLogs resourceMetrics=1:ResourceMetrics resourceSpans=1:ResourceSpans
        ResourceLogs: resource=1:Resource scopeLogs=2:ScopeLogs schemaUrl=3:string
        ResourceMetrics: resource=1:Resource scopeMetrics=2:ScopeMetrics schemaUrl=3:string
        ResourceSpans: resource=1:Resource scopeSpans=2:ScopeSpans schemaUrl=3:string
        Resource: attributes=1:KeyValue droppedAttributesCount=2:varint
        ScopeLogs: scope=1:Scope logRecords=2:LogRecord schemaUrl=3:string
        ScopeMetrics: scope=1:Scope metrics=2:Metric schemaUrl=3:string
        ScopeSpans: scope=1:Scope spans=2:Span schemaUrl=3:string
        Scope: name=1:string version=2:string attributes=3:KeyValue
        KeyValue: key=1:string value=2:AnyValue
        AnyValue: stringValue=1:string boolValue=2:bool intValue=3:varint doubleValue=4:double arrayValue=5:Array kvlistValue=6:Map bytesValue=7:base64
        Array: values=1:AnyValue
        Map: values=1:KeyValue
        LogRecord: timeUnixNano=1:fixed64 severityNumber=2:varint severityText=3:string body=5:AnyValue attributes=6:KeyValue flags=8:fixed32 traceId=9:hex spanId=10:hex observedTimeUnixNano=11:fixed64 eventName=12:string
        Metric: name=1:string description=2:string unit=3:string gauge=5:Points sum=7:Points histogram=9:Histogram exponentialHistogram=10:ExponentialHistogram summary=11:Summary metadata=12:KeyValue
        Points: dataPoints=1:Number aggregationTemporality=2:varint isMonotonic=3:bool
        Histogram: dataPoints=1:HistogramPoint aggregationTemporality=2:varint
        ExponentialHistogram: dataPoints=1:ExponentialPoint aggregationTemporality=2:varint
        Summary: dataPoints=1:SummaryPoint
        Number: startTimeUnixNano=2:fixed64 timeUnixNano=3:fixed64 asDouble=4:double asInt=6:fixed64 attributes=7:KeyValue flags=8:varint
        HistogramPoint: startTimeUnixNano=2:fixed64 timeUnixNano=3:fixed64 count=4:fixed64 sum=5:double bucketCounts=6:fixed64 explicitBounds=7:double attributes=9:KeyValue flags=10:varint min=11:double max=12:double
        ExponentialPoint: attributes=1:KeyValue startTimeUnixNano=2:fixed64 timeUnixNano=3:fixed64 count=4:fixed64 sum=5:double scale=6:zigzag zeroCount=7:fixed64 positive=8:Buckets negative=9:Buckets flags=10:varint min=12:double max=13:double zeroThreshold=14:double
        Buckets: offset=1:zigzag bucketCounts=2:varint
        SummaryPoint: startTimeUnixNano=2:fixed64 timeUnixNano=3:fixed64 count=4:fixed64 sum=5:double quantileValues=6:Quantile attributes=7:KeyValue flags=8:varint
        Quantile: quantile=1:double value=2:double
        Span: traceId=1:hex spanId=2:hex traceState=3:string parentSpanId=4:hex name=5:string kind=6:varint startTimeUnixNano=7:fixed64 endTimeUnixNano=8:fixed64 attributes=9:KeyValue events=11:Event status=15:Status flags=16:fixed32
        Event: timeUnixNano=1:fixed64 name=2:string attributes=3:KeyValue
        Status: message=2:string code=3:varint
        """);

    public static byte[] ToProtobuf(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return Message("Request", document.RootElement);
    }

    private static byte[] Message(string type, JsonElement element)
    {
        var output = new MemoryStream();
        foreach (var property in element.EnumerateObject())
        {
            if (!Schema[type].TryGetValue(property.Name, out var field) || property.Value.ValueKind == JsonValueKind.Null) continue;
            if (property.Value.ValueKind != JsonValueKind.Array) Field(output, field.Number, field.Type, property.Value);
            else foreach (var item in property.Value.EnumerateArray()) Field(output, field.Number, field.Type, item);
        }
        return output.ToArray();
    }

    private static void Field(MemoryStream output, int number, string type, JsonElement value)
    {
        switch (type)
        {
            case "string": Bytes(output, number, Encoding.UTF8.GetBytes(value.GetString()!)); break;
            case "hex": Bytes(output, number, Convert.FromHexString(value.GetString()!)); break;
            case "base64": Bytes(output, number, Convert.FromBase64String(value.GetString()!)); break;
            case "bool": Varint(output, (ulong)(number << 3)); Varint(output, value.GetBoolean() ? 1u : 0u); break;
            case "varint": Varint(output, (ulong)(number << 3)); Varint(output, Integer(value)); break;
            case "zigzag":
                var signed = (long)Integer(value);
                Varint(output, (ulong)(number << 3));
                Varint(output, (ulong)((signed << 1) ^ (signed >> 63)));
                break;
            case "fixed64": Fixed(output, number, Integer(value), 8); break;
            case "fixed32": Fixed(output, number, Integer(value), 4); break;
            case "double": Fixed(output, number, BitConverter.DoubleToUInt64Bits(value.GetDouble()), 8); break;
            default: Bytes(output, number, Message(type, value)); break;
        }
    }

    private static ulong Integer(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return text.StartsWith('-') ? (ulong)long.Parse(text, CultureInfo.InvariantCulture) : ulong.Parse(text, CultureInfo.InvariantCulture);
    }

    private static void Bytes(MemoryStream output, int number, byte[] value)
    {
        Varint(output, (ulong)((number << 3) | 2));
        Varint(output, (ulong)value.Length);
        output.Write(value);
    }

    private static void Fixed(MemoryStream output, int number, ulong value, int size)
    {
        Varint(output, (ulong)((number << 3) | (size == 8 ? 1 : 5)));
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        output.Write(bytes[..size]);
    }

    private static void Varint(MemoryStream output, ulong value)
    {
        for (; value >= 0x80; value >>= 7) output.WriteByte((byte)(value | 0x80));
        output.WriteByte((byte)value);
    }

    private static Dictionary<string, Dictionary<string, (int, string)>> Parse(string text) =>
        text.Split('\n').Select(line => line.Trim().Split(": ", 2)).ToDictionary(
            parts => parts[0],
            parts => parts[1].Split(' ').Select(field => field.Split('=', ':')).ToDictionary(
                field => field[0], field => (int.Parse(field[1], CultureInfo.InvariantCulture), field[2])));
}

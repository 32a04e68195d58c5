using System.Buffers;
using System.Text.Json;
using Driftlock.Web.ApiClient;

namespace Driftlock.Web.Charts;

/// <summary>
/// A timeline as a chart wants it, an array a column: <c>{"step":60,"time":[1790000000,..],"ratio":[0.31,null,..],..}</c>. A third of the
/// bytes of an object a point, and nothing to turn around in the browser.
/// </summary>
internal static class TimelineColumns
{
    public static byte[] Write(CompressionTimeline timeline)
    {
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("step", timeline.StepSeconds);
        json.WriteNumber("from", timeline.From.ToUnixTimeSeconds());
        json.WriteNumber("to", timeline.To.ToUnixTimeSeconds());
        Column(json, "time", timeline, point => point.Time.ToUnixTimeSeconds());
        Column(json, "events", timeline, point => point.Events);
        Column(json, "windows", timeline, point => point.Windows);
        Column(json, "anomalies", timeline, point => point.Anomalies);
        Column(json, "ratio", timeline, point => point.Ratio, 4);
        Column(json, "largest", timeline, point => point.LargestRatio, 4);
        // As surprise: how many digits of zeros the p-value begins with.
        Column(json, "surprise", timeline, point => -Math.Log10(Math.Clamp(point.SmallestPValue, 1e-300, 1)), 2);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Column(Utf8JsonWriter json, string name, CompressionTimeline timeline, Func<TimelinePoint, long> value)
    {
        json.WriteStartArray(name);
        foreach (var point in timeline.Points)
            json.WriteNumberValue(value(point));
        json.WriteEndArray();
    }

    private static void Column(Utf8JsonWriter json, string name, CompressionTimeline timeline, Func<TimelinePoint, double?> value, int decimals)
    {
        json.WriteStartArray(name);
        foreach (var point in timeline.Points)
        {
            if (value(point) is { } number && double.IsFinite(number))
                json.WriteNumberValue(Math.Round(number, decimals));
            else
                json.WriteNullValue();
        }

        json.WriteEndArray();
    }
}

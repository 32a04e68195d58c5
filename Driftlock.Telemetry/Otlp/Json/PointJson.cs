using System.Text.Json;
using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Otlp.Json;

/// <summary>A data point of any kind; the fields of the kinds do not clash.</summary>
internal static class PointJson
{
    public static void Read(scoped ref Utf8JsonReader json, TelemetryBatch batch, PointKind kind)
    {
        batch.Pending.BeginPoint();
        var fields = new PointFields();
        while (JsonFields.NextProperty(ref json))
        {
            if (json.ValueTextEquals("attributes"u8)) AttributesJson.Read(ref json, batch);
            else if (json.ValueTextEquals("timeUnixNano"u8)) fields.Time = JsonFields.Unsigned(ref json, "timeUnixNano");
            else if (json.ValueTextEquals("flags"u8)) fields.Flags = JsonFields.Unsigned(ref json, "flags");
            else if (json.ValueTextEquals("asDouble"u8)) Value(ref json, ref fields, isInteger: false);
            else if (json.ValueTextEquals("asInt"u8)) Value(ref json, ref fields, isInteger: true);
            else if (!Distribution(ref json, ref fields, batch)) JsonFields.SkipValue(ref json);
        }
        fields.Commit(batch, kind);
    }

    private static void Value(scoped ref Utf8JsonReader json, ref PointFields fields, bool isInteger)
    {
        fields.Value = isInteger ? JsonFields.Signed(ref json, "asInt") : JsonFields.Double(ref json, "asDouble");
        fields.HasValue = json.TokenType != JsonTokenType.Null;
    }

    private static bool Distribution(scoped ref Utf8JsonReader json, ref PointFields fields, TelemetryBatch batch)
    {
        if (json.ValueTextEquals("count"u8)) fields.Count = JsonFields.Unsigned(ref json, "count");
        else if (json.ValueTextEquals("sum"u8)) fields.Sum = JsonFields.Double(ref json, "sum");
        else if (json.ValueTextEquals("min"u8)) fields.Min = JsonFields.Double(ref json, "min");
        else if (json.ValueTextEquals("max"u8)) fields.Max = JsonFields.Double(ref json, "max");
        else if (json.ValueTextEquals("bucketCounts"u8)) Counts(ref json, batch, positive: false);
        else if (json.ValueTextEquals("explicitBounds"u8)) Bounds(ref json, batch);
        else if (json.ValueTextEquals("scale"u8)) fields.Scale = (int)JsonFields.Signed(ref json, "scale");
        else if (json.ValueTextEquals("zeroCount"u8)) fields.ZeroCount = JsonFields.Unsigned(ref json, "zeroCount");
        else if (json.ValueTextEquals("zeroThreshold"u8)) fields.ZeroThreshold = JsonFields.Double(ref json, "zeroThreshold");
        else if (json.ValueTextEquals("positive"u8)) fields.PositiveOffset = Buckets(ref json, batch, positive: true);
        else if (json.ValueTextEquals("negative"u8)) fields.NegativeOffset = Buckets(ref json, batch, positive: false);
        else if (json.ValueTextEquals("quantileValues"u8)) Quantiles(ref json, batch);
        else return false;
        return true;
    }

    private static int Buckets(scoped ref Utf8JsonReader json, TelemetryBatch batch, bool positive)
    {
        var offset = 0;
        if (!JsonFields.BeginObject(ref json, positive ? "positive" : "negative")) return offset;
        while (JsonFields.NextProperty(ref json))
        {
            if (json.ValueTextEquals("offset"u8)) offset = (int)JsonFields.Signed(ref json, "offset");
            else if (json.ValueTextEquals("bucketCounts"u8)) Counts(ref json, batch, positive);
            else JsonFields.SkipValue(ref json);
        }
        return offset;
    }

    private static void Counts(scoped ref Utf8JsonReader json, TelemetryBatch batch, bool positive)
    {
        if (!JsonFields.BeginArray(ref json, "bucketCounts")) return;
        while (JsonFields.NextElement(ref json))
        {
            var count = JsonFields.CurrentUnsigned(ref json, "bucketCounts");
            if (positive) batch.Pending.AddBound(count);
            else batch.Pending.AddCount(count);
        }
    }

    private static void Bounds(scoped ref Utf8JsonReader json, TelemetryBatch batch)
    {
        if (!JsonFields.BeginArray(ref json, "explicitBounds")) return;
        while (JsonFields.NextElement(ref json)) batch.Pending.AddBound(JsonFields.CurrentDouble(ref json, "explicitBounds"));
    }

    private static void Quantiles(scoped ref Utf8JsonReader json, TelemetryBatch batch)
    {
        if (!JsonFields.BeginArray(ref json, "quantileValues")) return;
        while (JsonFields.NextElement(ref json))
        {
            if (!JsonFields.IsObject(ref json, "quantileValues")) continue;
            double quantile = 0, value = 0;
            while (JsonFields.NextProperty(ref json))
            {
                if (json.ValueTextEquals("quantile"u8)) quantile = JsonFields.Double(ref json, "quantile");
                else if (json.ValueTextEquals("value"u8)) value = JsonFields.Double(ref json, "value");
                else JsonFields.SkipValue(ref json);
            }
            batch.Pending.AddBound(quantile);
            batch.Pending.AddCount(value);
        }
    }
}

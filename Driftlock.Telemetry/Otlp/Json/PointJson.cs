using System.Text.Json;
using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Otlp.Json;

/// <summary>A data point of any kind; a field of another kind than the metric's is none that is known.</summary>
internal static class PointJson
{
    public static void Read(scoped ref Utf8JsonReader json, TelemetryBatch batch, PointKind kind)
    {
        batch.Pending.BeginPoint();
        var fields = new PointFields();
        while (JsonFields.NextProperty(ref json))
        {
            if (JsonFields.Is(ref json, "attributes"u8)) AttributesJson.Read(ref json, batch);
            else if (JsonFields.Is(ref json, "timeUnixNano"u8)) fields.Time = JsonFields.Unsigned(ref json, "timeUnixNano");
            else if (JsonFields.Is(ref json, "flags"u8)) fields.Flags = JsonFields.Unsigned(ref json, "flags");
            else if (JsonFields.Is(ref json, "asDouble"u8)) Value(ref json, ref fields, isInteger: false);
            else if (JsonFields.Is(ref json, "asInt"u8)) Value(ref json, ref fields, isInteger: true);
            else if (!Distribution(ref json, ref fields, batch, kind)) JsonFields.SkipValue(ref json);
        }
        fields.Commit(batch, kind);
    }

    private static void Value(scoped ref Utf8JsonReader json, ref PointFields fields, bool isInteger)
    {
        fields.Value = isInteger ? JsonFields.Signed(ref json, "asInt") : JsonFields.Double(ref json, "asDouble");
        fields.HasValue = json.TokenType != JsonTokenType.Null;
    }

    private static bool Distribution(scoped ref Utf8JsonReader json, ref PointFields fields, TelemetryBatch batch, PointKind kind)
    {
        if (JsonFields.Is(ref json, "count"u8)) fields.Count = JsonFields.Unsigned(ref json, "count");
        else if (JsonFields.Is(ref json, "sum"u8)) fields.Sum = JsonFields.Double(ref json, "sum");
        else if (JsonFields.Is(ref json, "min"u8)) fields.Min = JsonFields.Double(ref json, "min");
        else if (JsonFields.Is(ref json, "max"u8)) fields.Max = JsonFields.Double(ref json, "max");
        else return kind switch
        {
            PointKind.CumulativeHistogram or PointKind.DeltaHistogram => Histogram(ref json, batch),
            PointKind.CumulativeExponentialHistogram or PointKind.DeltaExponentialHistogram => ExponentialHistogram(ref json, ref fields, batch),
            PointKind.Summary => Summary(ref json, batch),
            _ => false,
        };
        return true;
    }

    private static bool Histogram(scoped ref Utf8JsonReader json, TelemetryBatch batch)
    {
        if (JsonFields.Is(ref json, "bucketCounts"u8)) Counts(ref json, batch, positive: false);
        else if (JsonFields.Is(ref json, "explicitBounds"u8)) Bounds(ref json, batch);
        else return false;
        return true;
    }

    private static bool ExponentialHistogram(scoped ref Utf8JsonReader json, ref PointFields fields, TelemetryBatch batch)
    {
        if (JsonFields.Is(ref json, "scale"u8)) fields.Scale = (int)JsonFields.Signed(ref json, "scale");
        else if (JsonFields.Is(ref json, "zeroCount"u8)) fields.ZeroCount = JsonFields.Unsigned(ref json, "zeroCount");
        else if (JsonFields.Is(ref json, "zeroThreshold"u8)) fields.ZeroThreshold = JsonFields.Double(ref json, "zeroThreshold");
        else if (JsonFields.Is(ref json, "positive"u8)) fields.PositiveOffset = Buckets(ref json, batch, positive: true);
        else if (JsonFields.Is(ref json, "negative"u8)) fields.NegativeOffset = Buckets(ref json, batch, positive: false);
        else return false;
        return true;
    }

    private static bool Summary(scoped ref Utf8JsonReader json, TelemetryBatch batch)
    {
        if (!JsonFields.Is(ref json, "quantileValues"u8)) return false;
        Quantiles(ref json, batch);
        return true;
    }

    private static int Buckets(scoped ref Utf8JsonReader json, TelemetryBatch batch, bool positive)
    {
        var offset = 0;
        if (!JsonFields.BeginObject(ref json, positive ? "positive" : "negative")) return offset;
        while (JsonFields.NextProperty(ref json))
        {
            if (JsonFields.Is(ref json, "offset"u8)) offset = (int)JsonFields.Signed(ref json, "offset");
            else if (JsonFields.Is(ref json, "bucketCounts"u8)) Counts(ref json, batch, positive);
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
                if (JsonFields.Is(ref json, "quantile"u8)) quantile = JsonFields.Double(ref json, "quantile");
                else if (JsonFields.Is(ref json, "value"u8)) value = JsonFields.Double(ref json, "value");
                else JsonFields.SkipValue(ref json);
            }
            batch.Pending.AddBound(quantile);
            batch.Pending.AddCount(value);
        }
    }
}

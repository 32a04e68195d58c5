using System.Text.Json;
using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Otlp.Json;

/// <summary>A metric's name, temporality and monotony decide what its points are, and usually follow them: points are read last.</summary>
internal static class MetricJson
{
    private static readonly Func<ReadOnlySpan<byte>, ulong> ByTemporalityName = static name =>
        name.SequenceEqual("AGGREGATION_TEMPORALITY_DELTA"u8) ? 1u : name.SequenceEqual("AGGREGATION_TEMPORALITY_CUMULATIVE"u8) ? 2u : 0u;

    private enum Data
    {
        Gauge,
        Sum,
        Histogram,
        ExponentialHistogram,
        Summary,
    }

    public static void Read(scoped ref Utf8JsonReader json, TelemetryBatch batch)
    {
        ReadOnlySpan<byte> name = default, unit = default;
        Utf8JsonReader data = default;
        var kind = Data.Gauge;
        while (JsonFields.NextProperty(ref json))
        {
            if (JsonFields.Is(ref json, "name"u8)) name = JsonFields.Text(ref json, batch.Pending.Json.Name, "name");
            else if (JsonFields.Is(ref json, "unit"u8)) unit = JsonFields.Text(ref json, batch.Pending.Json.Severity, "unit");
            else
            {
                if (IsData(ref json, out var found))
                {
                    data = json;
                    kind = found;
                }
                JsonFields.SkipValue(ref json);
            }
        }
        batch.Pending.BeginMetric(name, unit);
        if (data.TokenType != JsonTokenType.None) ReadData(ref data, batch, kind);
    }

    private static bool IsData(scoped ref Utf8JsonReader json, out Data kind)
    {
        kind = JsonFields.Is(ref json, "gauge"u8) ? Data.Gauge
            : JsonFields.Is(ref json, "sum"u8) ? Data.Sum
            : JsonFields.Is(ref json, "histogram"u8) ? Data.Histogram
            : JsonFields.Is(ref json, "exponentialHistogram"u8) ? Data.ExponentialHistogram
            : JsonFields.Is(ref json, "summary"u8) ? Data.Summary : (Data)(-1);
        return kind >= 0;
    }

    private static void ReadData(scoped ref Utf8JsonReader json, TelemetryBatch batch, Data data)
    {
        if (!JsonFields.BeginObject(ref json, "metric data")) return;
        Utf8JsonReader points = default;
        ulong temporality = 0;
        var isMonotonic = false;
        while (JsonFields.NextProperty(ref json))
        {
            if (JsonFields.Is(ref json, "aggregationTemporality"u8))
            {
                temporality = JsonFields.Enumeration(ref json, "aggregationTemporality", ByTemporalityName);
            }
            else if (JsonFields.Is(ref json, "isMonotonic"u8)) isMonotonic = JsonFields.Boolean(ref json, "isMonotonic");
            else
            {
                if (JsonFields.Is(ref json, "dataPoints"u8)) points = json;
                JsonFields.SkipValue(ref json);
            }
        }
        if (points.TokenType == JsonTokenType.None || !JsonFields.BeginArray(ref points, "dataPoints")) return;
        var kind = data switch
        {
            Data.Gauge => PointKind.Gauge,
            Data.Sum => PointFields.SumKind(temporality, isMonotonic),
            Data.Histogram => temporality == 1 ? PointKind.DeltaHistogram : PointKind.CumulativeHistogram,
            Data.ExponentialHistogram => temporality == 1 ? PointKind.DeltaExponentialHistogram : PointKind.CumulativeExponentialHistogram,
            _ => PointKind.Summary,
        };
        while (JsonFields.NextElement(ref points))
        {
            batch.Pending.Path.Point++;
            if (JsonFields.IsObject(ref points, "dataPoints")) PointJson.Read(ref points, batch, kind);
        }
    }
}

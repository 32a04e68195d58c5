using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Otlp.Protobuf;

/// <summary>collector.metrics.v1.ExportMetricsServiceRequest down to the single metric.</summary>
internal static class MetricsDecoder
{
    public static void Read(WireReader request, TelemetryBatch batch)
    {
        var path = batch.Pending.Path;
        while (request.Next())
        {
            if (request.Field != 1)
            {
                request.Skip();
                continue;
            }
            path.Resource++;
            path.Scope = -1;
            ResourceMetrics(request.Message("resource_metrics"), batch);
        }
    }

    private static void ResourceMetrics(WireReader level, TelemetryBatch batch)
    {
        ResourceDecoder.Head(level, batch);
        while (level.Next())
        {
            if (level.Field != 2)
            {
                level.Skip();
                continue;
            }
            batch.Pending.Path.Scope++;
            ScopeMetrics(level.Message("scope_metrics"), batch);
            batch.Pending.Path.Item = -1;
        }
    }

    private static void ScopeMetrics(WireReader level, TelemetryBatch batch)
    {
        while (level.Next())
        {
            if (level.Field != 2)
            {
                level.Skip();
                continue;
            }
            batch.Pending.Path.Item++;
            Metric(level.Message("metrics"), batch);
            batch.Pending.Path.Point = -1;
        }
    }

    private static void Metric(WireReader metric, TelemetryBatch batch)
    {
        var head = metric;
        ReadOnlySpan<byte> name = default, unit = default;
        while (head.Next())
        {
            if (head.Field == 1) name = head.Bytes("name");
            else if (head.Field == 3) unit = head.Bytes("unit");
            else head.Skip();
        }
        batch.Pending.BeginMetric(name, unit);
        while (metric.Next())
        {
            switch (metric.Field)
            {
                case 5: Points(metric.Message("gauge"), batch, PointKind.Gauge); break;
                case 7: Sum(metric.Message("sum"), batch); break;
                case 9: Histogram(metric.Message("histogram"), batch, PointKind.CumulativeHistogram, PointKind.DeltaHistogram); break;
                case 10:
                    Histogram(metric.Message("exponential_histogram"), batch,
                        PointKind.CumulativeExponentialHistogram, PointKind.DeltaExponentialHistogram);
                    break;
                case 11: Points(metric.Message("summary"), batch, PointKind.Summary); break;
                default: metric.Skip(); break;
            }
        }
    }

    private static void Sum(WireReader sum, TelemetryBatch batch)
    {
        var head = sum;
        ulong temporality = 0, isMonotonic = 0;
        while (head.Next())
        {
            if (head.Field == 2) temporality = head.Varint("aggregation_temporality");
            else if (head.Field == 3) isMonotonic = head.Varint("is_monotonic");
            else head.Skip();
        }
        Points(sum, batch, PointFields.SumKind(temporality, isMonotonic != 0));
    }

    private static void Histogram(WireReader histogram, TelemetryBatch batch, PointKind cumulative, PointKind delta)
    {
        var head = histogram;
        ulong temporality = 0;
        while (head.Next())
        {
            if (head.Field == 2) temporality = head.Varint("aggregation_temporality");
            else head.Skip();
        }
        Points(histogram, batch, temporality == 1 ? delta : cumulative);
    }

    /// <summary>All five kinds of metric data have data_points = 1.</summary>
    private static void Points(WireReader data, TelemetryBatch batch, PointKind kind)
    {
        while (data.Next())
        {
            if (data.Field != 1)
            {
                data.Skip();
                continue;
            }
            batch.Pending.Path.Point++;
            batch.Pending.BeginPoint();
            PointDecoder.Read(data.Message("data_points"), batch, kind);
        }
    }
}

using System.Buffers.Binary;
using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Otlp.Protobuf;

/// <summary>The data points of metrics.v1; exemplars and start times are not kept.</summary>
internal static class PointDecoder
{
    public static void Read(WireReader point, TelemetryBatch batch, PointKind kind)
    {
        var fields = new PointFields();
        if (kind <= PointKind.DeltaSum) Number(point, batch, ref fields);
        else if (kind <= PointKind.DeltaHistogram) Histogram(point, batch, ref fields);
        else if (kind <= PointKind.DeltaExponentialHistogram) ExponentialHistogram(point, batch, ref fields);
        else Summary(point, batch, ref fields);
        fields.Commit(batch, kind);
    }

    private static void Number(WireReader point, TelemetryBatch batch, ref PointFields fields)
    {
        while (point.Next())
        {
            switch (point.Field)
            {
                case 3: fields.Time = point.Fixed64("time_unix_nano"); break;
                case 4:
                    fields.Value = point.Double("as_double");
                    fields.HasValue = true;
                    break;
                case 6:
                    fields.Value = (long)point.Fixed64("as_int");
                    fields.HasValue = true;
                    break;
                case 7: ResourceDecoder.Attribute(point.Message("attributes"), batch); break;
                case 8: fields.Flags = point.Varint("flags"); break;
                default: point.Skip(); break;
            }
        }
    }

    private static void Histogram(WireReader point, TelemetryBatch batch, ref PointFields fields)
    {
        while (point.Next())
        {
            switch (point.Field)
            {
                case 3: fields.Time = point.Fixed64("time_unix_nano"); break;
                case 4: fields.Count = point.Fixed64("count"); break;
                case 5: fields.Sum = point.Double("sum"); break;
                case 6:
                    foreach (var count in Words(point.Fixed64s("bucket_counts"))) batch.Pending.AddCount(BinaryPrimitives.ReadUInt64LittleEndian(count));
                    break;
                case 7:
                    foreach (var bound in Words(point.Fixed64s("explicit_bounds"))) batch.Pending.AddBound(BinaryPrimitives.ReadDoubleLittleEndian(bound));
                    break;
                case 9: ResourceDecoder.Attribute(point.Message("attributes"), batch); break;
                case 10: fields.Flags = point.Varint("flags"); break;
                case 11: fields.Min = point.Double("min"); break;
                case 12: fields.Max = point.Double("max"); break;
                default: point.Skip(); break;
            }
        }
    }

    private static void ExponentialHistogram(WireReader point, TelemetryBatch batch, ref PointFields fields)
    {
        while (point.Next())
        {
            switch (point.Field)
            {
                case 1: ResourceDecoder.Attribute(point.Message("attributes"), batch); break;
                case 3: fields.Time = point.Fixed64("time_unix_nano"); break;
                case 4: fields.Count = point.Fixed64("count"); break;
                case 5: fields.Sum = point.Double("sum"); break;
                case 6: fields.Scale = ZigZag(point.Varint("scale")); break;
                case 7: fields.ZeroCount = point.Fixed64("zero_count"); break;
                case 8: fields.PositiveOffset = Buckets(point.Message("positive"), batch, positive: true); break;
                case 9: fields.NegativeOffset = Buckets(point.Message("negative"), batch, positive: false); break;
                case 10: fields.Flags = point.Varint("flags"); break;
                case 12: fields.Min = point.Double("min"); break;
                case 13: fields.Max = point.Double("max"); break;
                case 14: fields.ZeroThreshold = point.Double("zero_threshold"); break;
                default: point.Skip(); break;
            }
        }
    }

    /// <returns>The offset of the first bucket.</returns>
    private static int Buckets(WireReader buckets, TelemetryBatch batch, bool positive)
    {
        var offset = 0;
        while (buckets.Next())
        {
            if (buckets.Field == 1) offset = ZigZag(buckets.Varint("offset"));
            else if (buckets.Field != 2) buckets.Skip();
            else if (!buckets.IsLengthDelimited) Add(buckets.Varint("bucket_counts"));
            else
            {
                var packed = buckets.Message("bucket_counts");
                while (packed.Packed(out var count)) Add(count);
            }
        }
        return offset;

        void Add(ulong count)
        {
            if (positive) batch.Pending.AddBound(count);
            else batch.Pending.AddCount(count);
        }
    }

    private static void Summary(WireReader point, TelemetryBatch batch, ref PointFields fields)
    {
        while (point.Next())
        {
            switch (point.Field)
            {
                case 3: fields.Time = point.Fixed64("time_unix_nano"); break;
                case 4: fields.Count = point.Fixed64("count"); break;
                case 5: fields.Sum = point.Double("sum"); break;
                case 6: Quantile(point.Message("quantile_values"), batch); break;
                case 7: ResourceDecoder.Attribute(point.Message("attributes"), batch); break;
                case 8: fields.Flags = point.Varint("flags"); break;
                default: point.Skip(); break;
            }
        }
    }

    private static void Quantile(WireReader pair, TelemetryBatch batch)
    {
        double quantile = 0, value = 0;
        while (pair.Next())
        {
            if (pair.Field == 1) quantile = pair.Double("quantile");
            else if (pair.Field == 2) value = pair.Double("value");
            else pair.Skip();
        }
        batch.Pending.AddBound(quantile);
        batch.Pending.AddCount(value);
    }

    private static int ZigZag(ulong value) => (int)((uint)value >> 1) ^ -(int)(value & 1);

    private static WordEnumerator Words(ReadOnlySpan<byte> bytes) => new(bytes);

    private ref struct WordEnumerator(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public ReadOnlySpan<byte> Current { get; private set; }

        public readonly WordEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_rest.IsEmpty) return false;
            Current = _rest[..8];
            _rest = _rest[8..];
            return true;
        }
    }
}

namespace Driftlock.Cbad.Events;

/// <summary>
/// One event, read in place from an encoded block: no copy, no allocation. All text is UTF-8. Empty spans stand for absent values.
/// </summary>
public ref struct EventView
{
    public Signal Signal { get; set; }

    /// <summary>Nanoseconds since 1970-01-01T00:00:00Z; 0 when the sender gave none.</summary>
    public ulong TimeUnixNano { get; set; }

    /// <summary>Logs: SeverityNumber 0-24. Traces: status code 0-2. Metrics: <see cref="PointKind"/>.</summary>
    public byte Severity { get; set; }

    /// <summary>Logs: event name. Metrics: unit. Traces: span kind as its OTLP name.</summary>
    public ReadOnlySpan<byte> Name { get; set; }

    /// <summary>Logs: body, structured bodies as compact JSON. Traces: status message. Metrics: empty.</summary>
    public ReadOnlySpan<byte> Body { get; set; }

    /// <summary>16 bytes or empty.</summary>
    public ReadOnlySpan<byte> TraceId { get; set; }

    /// <summary>8 bytes or empty.</summary>
    public ReadOnlySpan<byte> SpanId { get; set; }

    /// <summary>8 bytes or empty.</summary>
    public ReadOnlySpan<byte> ParentSpanId { get; set; }

    /// <summary>
    /// Little-endian doubles. Gauge and sum: the value. Histograms: count, sum, min, max, then bounds and bucket counts.
    /// Spans: the duration in nanoseconds. Read one with <see cref="Number"/>.
    /// </summary>
    public ReadOnlySpan<byte> Numbers { get; set; }

    /// <summary>Key and value pairs as written by <see cref="EventWriter"/>; walk them with <see cref="AttributeReader"/>.</summary>
    public ReadOnlySpan<byte> Attributes { get; set; }

    public int AttributeCount { get; set; }

    /// <summary>The event as encoded, without its length prefix: what evidence keeps and hashes.</summary>
    public ReadOnlySpan<byte> Encoded { get; set; }

    public readonly int NumberCount => Numbers.Length / sizeof(double);

    public readonly double Number(int index) =>
        System.Buffers.Binary.BinaryPrimitives.ReadDoubleLittleEndian(Numbers[(index * sizeof(double))..]);

    public readonly AttributeReader ReadAttributes() => new(Attributes, AttributeCount);
}

/// <summary>What a metric event's numbers mean. Values are stored in the event log: never renumber them.</summary>
public enum PointKind : byte
{
    Gauge = 1,
    CumulativeSum = 2,
    DeltaSum = 3,
    CumulativeHistogram = 4,
    DeltaHistogram = 5,
    CumulativeExponentialHistogram = 6,
    DeltaExponentialHistogram = 7,
    Summary = 8,
}

namespace Driftlock.Cbad.Events;

/// <summary>
/// The events of one stream out of one request, as they lie in the event log. A log entry's payload is a row of blocks.
/// <code>
/// block := u8 format (1) | u8 signal | bytes service | bytes name | varint resource attribute count | bytes resource attributes
///          varint event count | bytes events                        (bytes := varint length, content; events: see EventWriter)
/// </code>
/// </summary>
public readonly ref struct EventBlock
{
    private const byte Format = 1;

    /// <summary>Two lengths.</summary>
    private const int LeastAttributeBytes = 2;

    private EventBlock(Signal signal, ReadOnlySpan<byte> service, ReadOnlySpan<byte> name)
    {
        Signal = signal;
        Service = service;
        Name = name;
    }

    public Signal Signal { get; }

    /// <summary>service.name of the resource.</summary>
    public ReadOnlySpan<byte> Service { get; }

    /// <summary>Logs: scope name. Metrics: metric name and attributes. Traces: span name.</summary>
    public ReadOnlySpan<byte> Name { get; }

    public ReadOnlySpan<byte> ResourceAttributes { get; private init; }

    public int ResourceAttributeCount { get; private init; }

    public int EventCount { get; private init; }

    public ReadOnlySpan<byte> Events { get; private init; }

    public EventReader Read() => new(Signal, Events);

    public StreamId Stream(int tenant) => StreamId.Of(tenant, Signal, Service, Name);

    public static void Write(
        ByteBuffer target, Signal signal, ReadOnlySpan<byte> service, ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> resourceAttributes, int resourceAttributeCount, ReadOnlySpan<byte> events, int eventCount)
    {
        target.WriteByte(Format);
        target.WriteByte((byte)signal);
        target.WriteBytes(service);
        target.WriteBytes(name);
        target.WriteVarint((ulong)resourceAttributeCount);
        target.WriteBytes(resourceAttributes);
        target.WriteVarint((ulong)eventCount);
        target.WriteBytes(events);
    }

    /// <summary>Takes the next block off <paramref name="payload"/>; false at the end.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a row of blocks, or of a format this version does not know.</exception>
    public static bool TryRead(scoped ref ReadOnlySpan<byte> payload, out EventBlock block)
    {
        if (payload.IsEmpty)
        {
            block = default;
            return false;
        }
        var format = Varint.Take(ref payload, 1)[0];
        if (format != Format) throw new InvalidDataException($"event block of format {format}; this version reads format {Format}");
        var signal = (Signal)Varint.Take(ref payload, 1)[0];
        var service = Varint.ReadBytes(ref payload);
        var name = Varint.ReadBytes(ref payload);
        var attributeCount = Varint.Read(ref payload);
        var attributes = Varint.ReadBytes(ref payload);
        var eventCount = Varint.Read(ref payload);
        var events = Varint.ReadBytes(ref payload);
        if (signal is not (Signal.Logs or Signal.Metrics or Signal.Traces)) throw new InvalidDataException($"event block of signal {(byte)signal}");
        if (attributeCount > (ulong)attributes.Length / LeastAttributeBytes || eventCount > (ulong)events.Length / EventReader.LeastBytes)
            throw new InvalidDataException($"event block of {attributeCount} attributes and {eventCount} events in {attributes.Length} and {events.Length} bytes");
        block = new EventBlock(signal, service, name)
        {
            ResourceAttributeCount = (int)attributeCount,
            ResourceAttributes = attributes,
            EventCount = (int)eventCount,
            Events = events,
        };
        return true;
    }
}

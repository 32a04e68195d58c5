using System.Text;
using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry;

/// <summary>
/// The events of one stream from one resource in one request. Two blocks of a batch share a stream id only where two resources
/// (for example two instances of a service) send the same stream.
/// </summary>
public sealed class StreamBlock
{
    private readonly ByteBuffer _names = new(256);
    private int _serviceLength;
    private int _nameLength;

    internal StreamBlock()
    {
    }

    public Signal Signal { get; private set; }

    /// <summary>service.name of the resource, UTF-8.</summary>
    public ReadOnlySpan<byte> Service => _names.Written[.._serviceLength];

    /// <summary>Logs: scope name. Metrics: name and attributes (<c>requests{method="GET"}</c>). Traces: span name. UTF-8.</summary>
    public ReadOnlySpan<byte> Name => _names.Written.Slice(_serviceLength, _nameLength);

    public ReadOnlySpan<byte> ResourceAttributes => _names.Written[(_serviceLength + _nameLength)..];

    public int ResourceAttributeCount { get; private set; }

    public string ServiceText => Encoding.UTF8.GetString(Service);

    public string NameText => Encoding.UTF8.GetString(Name);

    public int EventCount => Events.EventCount;

    /// <summary>Encoded as <see cref="EventWriter"/> says; read with <see cref="ReadEvents"/>.</summary>
    public ReadOnlySpan<byte> EncodedEvents => Events.Written;

    /// <summary>Bytes that <see cref="WriteTo"/> writes.</summary>
    public int EncodedLength => 2 + Prefixed(_serviceLength) + Prefixed(_nameLength) + VarintLength(ResourceAttributeCount)
        + Prefixed(ResourceAttributes.Length) + VarintLength(EventCount) + Prefixed(Events.Length);

    internal EventWriter Events { get; } = new(512);

    internal ulong Hash { get; private set; }

    internal bool IsOversized => Events.Length > 1 << 20 || _names.Length > 1 << 16;

    public StreamId Id(int tenant) => StreamId.Of(tenant, Signal, Service, Name);

    /// <summary>The partition of the event log that this block belongs to.</summary>
    public int Partition(int tenant, int partitions) => StreamId.Partition(tenant, Signal, Service, Id(tenant), partitions);

    public EventReader ReadEvents() => new(Signal, Events.Written);

    /// <summary>Appends this block to the payload of a log entry.</summary>
    public void WriteTo(ByteBuffer payload) =>
        EventBlock.Write(payload, Signal, Service, Name, ResourceAttributes, ResourceAttributeCount, Events.Written, EventCount);

    internal void Begin(
        Signal signal, ulong hash, ReadOnlySpan<byte> service, ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> resourceAttributes, int resourceAttributeCount)
    {
        Signal = signal;
        Hash = hash;
        _names.Clear();
        _names.WriteRaw(service);
        _names.WriteRaw(name);
        _names.WriteRaw(resourceAttributes);
        _serviceLength = service.Length;
        _nameLength = name.Length;
        ResourceAttributeCount = resourceAttributeCount;
        Events.Clear();
    }

    internal bool Is(ulong hash, ReadOnlySpan<byte> service, ReadOnlySpan<byte> name, ReadOnlySpan<byte> resourceAttributes) =>
        Hash == hash && Service.SequenceEqual(service) && Name.SequenceEqual(name) && ResourceAttributes.SequenceEqual(resourceAttributes);

    private static int Prefixed(int length) => VarintLength(length) + length;

    private static int VarintLength(int value)
    {
        var length = 1;
        for (; value >= 0x80; value >>= 7) length++;
        return length;
    }
}

using System.Buffers.Binary;

namespace Driftlock.Cbad.Events;

/// <summary>
/// Encodes events for one stream. Call <see cref="Begin"/>, then any number of <see cref="Attribute"/> and <see cref="Number"/>
/// in any order, then <see cref="End"/>; or <see cref="Abandon"/> to take the event back.
/// <code>
/// event   := u32 length of what follows, little-endian
///            u64 time, little-endian | u8 severity | u8 ids present (1 trace, 2 span, 4 parent span)
///            [16 trace id] [8 span id] [8 parent span id]
///            bytes name | bytes body                         (bytes := varint length, content)
///            u16 number count | u16 attribute count, little-endian
///            f64* numbers | (bytes key, bytes value)* attributes
/// </code>
/// Numbers must be written before attributes.
/// </summary>
public sealed class EventWriter(int capacity = 4096)
{
    private readonly ByteBuffer _buffer = new(capacity);
    private int _start = -1;
    private int _counts;
    private ushort _numbers;
    private ushort _attributes;

    /// <summary>Events that were ended.</summary>
    public int EventCount { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.Written;

    public int Length => _buffer.Length;

    /// <summary>Bytes of memory held.</summary>
    public int Capacity => _buffer.Capacity;

    public void Clear()
    {
        _buffer.Clear();
        _start = -1;
        EventCount = 0;
    }

    /// <summary>Takes over events that were encoded before.</summary>
    public void Append(ReadOnlySpan<byte> encoded, int events)
    {
        if (_start >= 0) throw new InvalidOperationException("the event before was not ended");
        _buffer.WriteRaw(encoded);
        EventCount += events;
    }

    public void Begin(
        ulong timeUnixNano, byte severity, ReadOnlySpan<byte> name, ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> traceId = default, ReadOnlySpan<byte> spanId = default, ReadOnlySpan<byte> parentSpanId = default)
    {
        if (_start >= 0) throw new InvalidOperationException("the event before was not ended");
        _start = _buffer.Length;
        _numbers = _attributes = 0;
        _buffer.WriteRaw([0, 0, 0, 0]);
        _buffer.WriteFixed64(timeUnixNano);
        _buffer.WriteByte(severity);
        _buffer.WriteByte((byte)((traceId.Length == 16 ? 1 : 0) | (spanId.Length == 8 ? 2 : 0) | (parentSpanId.Length == 8 ? 4 : 0)));
        if (traceId.Length == 16) _buffer.WriteRaw(traceId);
        if (spanId.Length == 8) _buffer.WriteRaw(spanId);
        if (parentSpanId.Length == 8) _buffer.WriteRaw(parentSpanId);
        _buffer.WriteBytes(name);
        _buffer.WriteBytes(body);
        _counts = _buffer.Length;
        _buffer.WriteRaw([0, 0, 0, 0]);
    }

    /// <summary>At most 65,535 an event; what comes after is left out, and false says so.</summary>
    public bool Number(double value)
    {
        if (_attributes > 0) throw new InvalidOperationException("numbers come before attributes");
        if (_numbers == ushort.MaxValue) return false;
        _buffer.WriteDouble(value);
        _numbers++;
        return true;
    }

    /// <summary>At most 65,535 an event; what comes after is left out, and false says so.</summary>
    public bool Attribute(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (_attributes == ushort.MaxValue) return false;
        _buffer.WriteBytes(key);
        _buffer.WriteBytes(value);
        _attributes++;
        return true;
    }

    public void End()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.At(_start, 4), (uint)(_buffer.Length - _start - 4));
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.At(_counts, 2), _numbers);
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.At(_counts + 2, 2), _attributes);
        _start = -1;
        EventCount++;
    }

    public void Abandon()
    {
        if (_start >= 0) _buffer.Truncate(_start);
        _start = -1;
    }
}

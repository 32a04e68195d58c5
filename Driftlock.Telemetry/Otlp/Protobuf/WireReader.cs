using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Driftlock.Telemetry.Otlp.Protobuf;

/// <summary>
/// Reads the fields of one Protocol Buffers message in place. Positions are those of the whole request, so that an error can name the
/// byte. Every method that takes a field's name checks the wire type first.
/// </summary>
internal ref struct WireReader
{
    private const int MaxGroupDepth = 32;

    private readonly ReadOnlySpan<byte> _data;
    private readonly int _end;
    private int _position;
    private int _wire;

    public WireReader(ReadOnlySpan<byte> data)
        : this(data, 0, data.Length)
    {
    }

    private WireReader(ReadOnlySpan<byte> data, int position, int end)
    {
        _data = data;
        _position = position;
        _end = end;
    }

    /// <summary>Number of the field that <see cref="Next"/> came to.</summary>
    public int Field { get; private set; }

    public readonly int Position => _position;

    public readonly bool IsLengthDelimited => _wire == WireType.Length;

    /// <summary>Moves to the next field, whose value must then be read or skipped; false at the end of the message.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Next()
    {
        if (_position >= _end) return false;
        var tag = Varint();
        if (tag - 8 > uint.MaxValue - 8) ThrowTag(tag);
        Field = (int)(tag >> 3);
        _wire = (int)(tag & 7);
        return true;
    }

    public WireReader Message(string field)
    {
        var length = Length(field);
        var inner = new WireReader(_data, _position, _position + length);
        _position += length;
        return inner;
    }

    public ReadOnlySpan<byte> Bytes(string field)
    {
        var length = Length(field);
        var bytes = _data.Slice(_position, length);
        _position += length;
        return bytes;
    }

    public ulong Varint(string field)
    {
        if (_wire != WireType.Varint) ThrowWire(field, WireType.Varint);
        return Varint();
    }

    public ulong Fixed64(string field)
    {
        if (_wire != WireType.Fixed64) ThrowWire(field, WireType.Fixed64);
        if (_end - _position < 8) ThrowCut(8);
        var value = BinaryPrimitives.ReadUInt64LittleEndian(_data[_position..]);
        _position += 8;
        return value;
    }

    public double Double(string field) => BitConverter.UInt64BitsToDouble(Fixed64(field));

    /// <summary>A repeated 64-bit field, packed or single: its bytes, a multiple of eight.</summary>
    public ReadOnlySpan<byte> Fixed64s(string field)
    {
        if (_wire == WireType.Fixed64)
        {
            _ = Fixed64(field);
            return _data.Slice(_position - 8, 8);
        }
        var bytes = Bytes(field);
        if (bytes.Length % 8 != 0) Throw($"packed field {Field} ({field}) has {bytes.Length} bytes; a multiple of 8 is right");
        return bytes;
    }

    /// <summary>The inside of a packed repeated varint field; read with <see cref="Packed"/> until it is at its end.</summary>
    public bool Packed(out ulong value)
    {
        value = 0;
        if (_position >= _end) return false;
        value = Varint();
        return true;
    }

    public void Skip() => Skip(depth: 0);

    private void Skip(int depth)
    {
        switch (_wire)
        {
            case WireType.Varint:
                _ = Varint();
                break;
            case WireType.Fixed64:
                Advance(8);
                break;
            case WireType.Fixed32:
                Advance(4);
                break;
            case WireType.Length:
                Advance(Length("unknown"));
                break;
            case WireType.GroupStart when depth < MaxGroupDepth:
                SkipGroup(depth);
                break;
            default:
                Throw($"field {Field} has wire type {_wire}, which nothing in OTLP uses; 0, 1, 2 or 5 is right");
                break;
        }
    }

    private void SkipGroup(int depth)
    {
        var field = Field;
        while (Next())
        {
            if (_wire == WireType.GroupEnd)
            {
                if (Field == field) return;
                break;
            }
            Skip(depth + 1);
        }
        Throw($"the group of field {field} has no end");
    }

    private void Advance(int count)
    {
        if (_end - _position < count) ThrowCut(count);
        _position += count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Length(string field)
    {
        if (_wire != WireType.Length) ThrowWire(field, WireType.Length);
        var length = Varint();
        if (length > (ulong)(_end - _position)) ThrowLength(field, length);
        return (int)length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Varint()
    {
        if (_position < _end)
        {
            var first = _data[_position];
            if (first < 0x80)
            {
                _position++;
                return first;
            }
        }
        return LongVarint();
    }

    private ulong LongVarint()
    {
        ulong value = 0;
        for (var i = 0; i < 10; i++)
        {
            if (_position + i >= _end) Throw("a varint is cut short; its last byte has the high bit clear");
            var b = _data[_position + i];
            if (i == 9 && b > 1) break;
            value |= (ulong)(b & 0x7f) << (7 * i);
            if (b >= 0x80) continue;
            _position += i + 1;
            return value;
        }
        Throw("a varint is longer than 64 bits; ten bytes at most are right");
        return 0;
    }

    private readonly void ThrowTag(ulong tag) =>
        Throw($"field tag {tag} is out of range; field numbers go from 1 to 536870911");

    private readonly void ThrowCut(int wanted) => Throw($"the message ends after {_end - _position} of {wanted} bytes");

    private readonly void ThrowLength(string field, ulong length) =>
        Throw($"field {Field} ({field}) says {length} bytes, {_end - _position} are left in its message");

    private readonly void ThrowWire(string field, int right) =>
        Throw($"field {Field} ({field}) has wire type {_wire} ({WireType.Name(_wire)}); {right} ({WireType.Name(right)}) is right");

    private readonly void Throw(string problem) => throw new OtlpFormatException(problem, _position);
}

using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Driftlock.Cbad.Events;

/// <summary>Base-128 varints, least significant group first, as in Protocol Buffers.</summary>
public static class Varint
{
    public const int MaxBytes = 10;

    /// <exception cref="InvalidDataException">The bytes end inside the number, or it has more than 64 bits.</exception>
    public static ulong Read(scoped ref ReadOnlySpan<byte> source)
    {
        ulong value = 0;
        for (var i = 0; i < source.Length && i < MaxBytes; i++)
        {
            var b = source[i];
            // The tenth byte holds the 64th bit alone.
            if (i == MaxBytes - 1 && b > 1) break;
            value |= (ulong)(b & 0x7f) << (7 * i);
            if (b < 0x80)
            {
                source = source[(i + 1)..];
                return value;
            }
        }
        throw new InvalidDataException("varint is cut short or longer than 64 bits");
    }

    /// <summary>A varint length and that many bytes.</summary>
    public static ReadOnlySpan<byte> ReadBytes(scoped ref ReadOnlySpan<byte> source)
    {
        var length = Read(ref source);
        if (length > (ulong)source.Length) throw new InvalidDataException($"length {length} exceeds the {source.Length} bytes that are left");
        var bytes = source[..(int)length];
        source = source[(int)length..];
        return bytes;
    }

    /// <summary>What <see cref="ByteBuffer.WriteFixed64"/> wrote.</summary>
    public static ulong ReadFixed64(scoped ref ReadOnlySpan<byte> source) => BinaryPrimitives.ReadUInt64LittleEndian(Take(ref source, sizeof(ulong)));

    /// <summary>What <see cref="ByteBuffer.WriteDouble"/> wrote.</summary>
    public static double ReadDouble(scoped ref ReadOnlySpan<byte> source) => BinaryPrimitives.ReadDoubleLittleEndian(Take(ref source, sizeof(double)));

    public static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> source, int length)
    {
        if (length > source.Length) throw new InvalidDataException($"{length} bytes wanted, {source.Length} left");
        var bytes = source[..length];
        source = source[length..];
        return bytes;
    }

    /// <summary>Writes to the start of <paramref name="target"/> (room for <see cref="MaxBytes"/> suffices); returns the length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(Span<byte> target, ulong value)
    {
        var i = 0;
        while (value >= 0x80)
        {
            target[i++] = (byte)(value | 0x80);
            value >>= 7;
        }
        target[i++] = (byte)value;
        return i;
    }
}

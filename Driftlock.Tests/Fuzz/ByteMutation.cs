using System.Buffers.Binary;
using Driftlock.Cbad.Coding;

namespace Driftlock.Tests.Fuzz;

/// <summary>Changes that need to know nothing of the form: bits, bytes, numbers, varints, slices, and parts of another input.</summary>
internal static class ByteMutation
{
    /// <summary>Inputs grow no longer: what is bounded shows on much less.</summary>
    public const int MostBytes = 1 << 18;

    private const int LongestSlice = 64;

    public static byte[] Apply(SeededRandom random, byte[] input, byte[] other)
    {
        if (input.Length == 0) return EdgeValues.Text(random);
        var at = random.Below(input.Length);
        var length = 1 + random.Below(Math.Min(input.Length - at, random.Below(4) == 0 ? input.Length : LongestSlice));
        return random.Below(14) switch
        {
            0 or 1 => Changed(input, at, (byte)(input[at] ^ (1 << random.Below(8)))),
            2 => Changed(input, at, (byte)random.Next()),
            3 => Changed(input, at, (byte)(input[at] + (random.Below(2) == 0 ? 1 : -1))),
            4 => Replaced(input, at, 0, EdgeValues.Text(random)),
            5 => Replaced(input, at, length, []),
            6 => Replaced(input, at, 0, input.AsSpan(at, length)),
            7 => Replaced(input, at, length, Slice(random, other)),
            8 => input[..at],
            9 => [.. input.AsSpan(0, at), .. other.AsSpan(random.Below(other.Length + 1))],
            10 or 11 => Overwritten(random, input, at),
            12 => Replaced(input, at, 1 + random.Below(Math.Min(3, input.Length - at)), Varint(random)),
            _ => random.Below(16) == 0
                ? Replaced(input, at, 0, EdgeValues.Repeated(input.AsSpan(at, length), 1 << random.Below(15)))
                : Replaced(input, at, length, input.AsSpan(random.Below(input.Length - length + 1), length)),
        };
    }

    /// <summary>Puts <paramref name="part"/> into the place of <paramref name="length"/> bytes; where all would become too long, the input stays.</summary>
    public static byte[] Replaced(byte[] input, int at, int length, ReadOnlySpan<byte> part) =>
        input.Length + part.Length > MostBytes ? input : [.. input.AsSpan(0, at), .. part, .. input.AsSpan(at + length)];

    /// <summary>An edge as a varint, now and then longer than it need be, or without its end.</summary>
    public static byte[] Varint(SeededRandom random)
    {
        Span<byte> bytes = stackalloc byte[Cbad.Events.Varint.MaxBytes + 1];
        var length = Cbad.Events.Varint.Write(bytes, EdgeValues.Integer(random));
        if (random.Below(8) == 0) bytes[length - 1] |= 0x80;
        if (random.Below(16) == 0) bytes[length++] = (byte)random.Below(2);
        return bytes[..length].ToArray();
    }

    private static byte[] Changed(byte[] input, int at, byte value)
    {
        byte[] changed = [.. input];
        changed[at] = value;
        return changed;
    }

    private static ReadOnlySpan<byte> Slice(SeededRandom random, byte[] other)
    {
        var at = random.Below(other.Length + 1);
        return other.AsSpan(at, random.Below(Math.Min(LongestSlice, other.Length - at) + 1));
    }

    /// <summary>2, 4 or 8 bytes become an edge, in either order of bytes.</summary>
    private static byte[] Overwritten(SeededRandom random, byte[] input, int at)
    {
        Span<byte> bytes = stackalloc byte[8];
        var value = random.Below(3) == 0 ? BitConverter.DoubleToUInt64Bits(EdgeValues.Double(random)) : EdgeValues.Integer(random);
        var size = 2 << random.Below(3);
        if (random.Below(2) == 0) BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        else BinaryPrimitives.WriteUInt64BigEndian(bytes, value << (64 - (8 * size)));
        byte[] changed = [.. input];
        bytes[..Math.Min(size, input.Length - at)].CopyTo(changed.AsSpan(at));
        return changed;
    }
}

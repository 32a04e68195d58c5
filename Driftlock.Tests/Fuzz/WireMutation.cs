using System.Buffers.Binary;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Tests.Fuzz;

/// <summary>
/// Changes of a Protocol Buffers message that keep the lengths around the changed field right, so that the change reaches the reader of
/// that field: numbers, wire types, values, order, repetition, nesting, and fields of another message. Some lie about a length on purpose.
/// </summary>
internal static class WireMutation
{
    private const int Deepest = 24;

    public static byte[] Apply(SeededRandom random, byte[] message, byte[] other)
    {
        if (random.Below(5) == 0) return ByteMutation.Apply(random, message, other);
        var changed = Change(random, message, other, 0);
        return changed.Length > ByteMutation.MostBytes ? message : changed;
    }

    private static byte[] Change(SeededRandom random, ReadOnlySpan<byte> message, ReadOnlySpan<byte> other, int depth)
    {
        var fields = Fields(message);
        if (fields is null || fields.Count == 0) return ByteMutation.Apply(random, message.ToArray(), other.ToArray());
        var field = fields[random.Below(fields.Count)];
        var content = message[field.Content..field.End];
        var isMessage = field.Wire == 2 && content.Length > 1 && depth < Deepest && Fields(content) is { Count: > 0 };
        var replacement = isMessage && random.Below(5) != 0
            ? Delimited(field.Number, Change(random, content, Descend(random, other), depth + 1))
            : Changed(random, field, message[field.Start..field.End], content, other);
        return [.. message[..field.Start], .. replacement, .. message[field.End..]];
    }

    private static byte[] Changed(SeededRandom random, Field field, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> content, ReadOnlySpan<byte> other) => random.Below(14) switch
    {
        0 => [],
        1 => [.. whole, .. whole],
        2 => EdgeValues.Repeated(whole, 1 << random.Below(random.Below(8) == 0 ? 11 : 4)),
        3 => [.. Tag(random.Below(3) == 0 ? EdgeValues.Integer(random) : (ulong)(1 + random.Below(17)), field.Wire), .. whole[(field.Value - field.Start)..]],
        4 => [.. Tag(field.Number, random.Below(8)), .. whole[(field.Value - field.Start)..]],
        5 => [.. Delimited(field.Number, content), .. Any(random, other)],
        6 => [.. Any(random, other), .. whole],
        7 => Any(random, other).ToArray(),
        8 => Nested(random, field.Number, content),
        9 => [.. Tag(field.Number, 2), .. ByteMutation.Varint(random), .. content],
        10 => [.. Tag(field.Number, 3), .. whole, .. Tag(field.Number + (ulong)random.Below(2), 4)],
        11 when field.Wire == 2 => Delimited(field.Number, EdgeValues.Text(random)),
        _ => Value(random, field, content),
    };

    private static byte[] Value(SeededRandom random, Field field, ReadOnlySpan<byte> content)
    {
        var bits = random.Below(2) == 0 ? BitConverter.DoubleToUInt64Bits(EdgeValues.Double(random)) : EdgeValues.Integer(random);
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, bits);
        return field.Wire switch
        {
            0 => [.. Tag(field.Number, 0), .. ByteMutation.Varint(random)],
            1 => [.. Tag(field.Number, 1), .. bytes],
            5 => [.. Tag(field.Number, 5), .. bytes[..4]],
            _ => Delimited(field.Number, ByteMutation.Apply(random, content.ToArray(), content.ToArray())),
        };
    }

    private static byte[] Nested(SeededRandom random, ulong number, ReadOnlySpan<byte> content)
    {
        byte[] nested = [.. content];
        var (outer, inner) = (random.Below(2) == 0 ? number : 5UL, random.Below(2) == 0 ? number : 1UL);
        for (var levels = 1 << random.Below(9); levels > 0 && nested.Length < ByteMutation.MostBytes / 2; levels--) nested = Delimited(levels % 2 == 0 ? outer : inner, nested);
        return Delimited(number, nested);
    }

    private static ReadOnlySpan<byte> Any(SeededRandom random, ReadOnlySpan<byte> message)
    {
        if (Fields(message) is not { Count: > 0 } fields) return message[..Math.Min(message.Length, 16)];
        var field = fields[random.Below(fields.Count)];
        return message[field.Start..field.End];
    }

    private static ReadOnlySpan<byte> Descend(SeededRandom random, ReadOnlySpan<byte> message)
    {
        if (Fields(message) is not { Count: > 0 } fields) return message;
        var field = fields[random.Below(fields.Count)];
        return field.Wire == 2 ? message[field.Content..field.End] : message;
    }

    private static byte[] Tag(ulong number, int wire)
    {
        Span<byte> bytes = stackalloc byte[Varint.MaxBytes];
        return bytes[..Varint.Write(bytes, (number << 3) | (uint)wire)].ToArray();
    }

    private static byte[] Delimited(ulong number, ReadOnlySpan<byte> content)
    {
        Span<byte> bytes = stackalloc byte[2 * Varint.MaxBytes];
        var length = Varint.Write(bytes, (number << 3) | 2);
        length += Varint.Write(bytes[length..], (ulong)content.Length);
        return [.. bytes[..length], .. content];
    }

    /// <summary>Null when it is no message.</summary>
    private static List<Field>? Fields(ReadOnlySpan<byte> message)
    {
        var fields = new List<Field>();
        var rest = message;
        try
        {
            while (!rest.IsEmpty)
            {
                var start = message.Length - rest.Length;
                var tag = Varint.Read(ref rest);
                var value = message.Length - rest.Length;
                var length = (tag & 7) switch
                {
                    0 => Skipped(ref rest),
                    1 => Varint.Take(ref rest, 8).Length,
                    2 => Varint.ReadBytes(ref rest).Length,
                    5 => Varint.Take(ref rest, 4).Length,
                    _ => throw new InvalidDataException("a group, or no field"),
                };
                var end = message.Length - rest.Length;
                fields.Add(new Field(tag >> 3, (int)(tag & 7), start, value, end - length, end));
            }
        }
        catch (InvalidDataException)
        {
            return null;
        }
        return fields;
    }

    private static int Skipped(ref ReadOnlySpan<byte> rest)
    {
        var before = rest.Length;
        _ = Varint.Read(ref rest);
        return before - rest.Length;
    }

    /// <summary>Where it starts, its value starts (of a delimited one: its length), its content starts, and it ends.</summary>
    private readonly record struct Field(ulong Number, int Wire, int Start, int Value, int Content, int End);
}

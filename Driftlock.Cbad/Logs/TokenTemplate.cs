using System.Buffers.Binary;

namespace Driftlock.Cbad.Logs;

/// <summary>
/// The template of a line: its tokens in order, where tokens that hold a digit, paths, and month and day names stand for themselves
/// no more. Two lines with the same template differ in nothing but numbers, identifiers and separators.
/// </summary>
internal static class TokenTemplate
{
    private const ulong Number = 0x23;
    private const ulong Path = 0x3c703e;

    /// <summary>A 64-bit hash of the token list, never 0. <paramref name="seed"/> tells lines of different event names apart.</summary>
    public static ulong Hash(ReadOnlySpan<byte> text, ulong seed)
    {
        var classes = CharacterClasses.Of;
        var hash = seed ^ 0x9ae16a3b2f90404f;
        ulong previous = 0;
        var at = 0;
        while (at < text.Length)
        {
            if ((classes[text[at]] & CharacterClasses.Token) == 0)
            {
                at++;
                continue;
            }
            var start = at;
            byte seen = 0;
            for (; at < text.Length; at++)
            {
                var kind = classes[text[at]];
                if ((kind & CharacterClasses.Token) == 0) break;
                seen |= kind;
            }
            var end = at;
            while (end > start && text[end - 1] is (byte)'.' or (byte)'-') end--;
            if (end == start) continue;
            var token = Of(text[start..end], seen);
            if (token == Number && previous == Number) continue;
            previous = token;
            hash = Mix(hash ^ token);
        }
        return hash == 0 ? 1 : hash;
    }

    /// <summary>True when the template does not keep the token's characters.</summary>
    public static bool IsMasked(ReadOnlySpan<byte> token)
    {
        var classes = CharacterClasses.Of;
        byte seen = 0;
        foreach (var b in token) seen |= classes[b];
        return (seen & CharacterClasses.Digit) != 0 || token.Count((byte)'/') >= 2 || IsCalendarName(token);
    }

    private static ulong Of(ReadOnlySpan<byte> token, byte seen)
    {
        if ((seen & CharacterClasses.Slash) != 0 && token.Count((byte)'/') >= 2) return Path;
        if ((seen & CharacterClasses.Digit) != 0 || IsCalendarName(token)) return Number;
        var hash = (ulong)token.Length;
        while (token.Length >= 8)
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(token));
            token = token[8..];
        }
        ulong tail = 0;
        for (var i = 0; i < token.Length; i++) tail |= (ulong)token[i] << (8 * i);
        return Mix(hash ^ tail) | 0x8000000000000000;
    }

    private static bool IsCalendarName(ReadOnlySpan<byte> token)
    {
        if (token.Length != 3) return false;
        return ((token[0] << 16) | (token[1] << 8) | token[2]) is
            0x4a616e or 0x466562 or 0x4d6172 or 0x417072 or 0x4d6179 or 0x4a756e or 0x4a756c or 0x417567 or 0x536570 or 0x4f6374
            or 0x4e6f76 or 0x446563 or 0x4d6f6e or 0x547565 or 0x576564 or 0x546875 or 0x467269 or 0x536174 or 0x53756e;
    }

    private static ulong Mix(ulong value)
    {
        value *= 0x9fb21c651e98df25;
        return value ^ (value >> 32);
    }
}

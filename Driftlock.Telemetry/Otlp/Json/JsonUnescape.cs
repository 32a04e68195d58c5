using System.Globalization;
using System.Text;
using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Otlp.Json;

/// <summary>
/// Undoes the escapes of a JSON string (RFC 8259 section 7). Unlike the framework's reader it takes a lone surrogate, as JavaScript writes
/// it, for U+FFFD, so that one bad character does not cost a whole request.
/// </summary>
internal static class JsonUnescape
{
    /// <summary>The reader has checked that every backslash begins a right escape.</summary>
    public static void Append(ByteBuffer target, ReadOnlySpan<byte> escaped)
    {
        for (int next; (next = escaped.IndexOf((byte)'\\')) >= 0;)
        {
            target.WriteRaw(escaped[..next]);
            escaped = escaped[next..];
            if (escaped[1] == (byte)'u')
            {
                escaped = escaped[Unicode(target, escaped)..];
                continue;
            }
            target.WriteByte(Simple(escaped[1]));
            escaped = escaped[2..];
        }
        target.WriteRaw(escaped);
    }

    /// <summary>True when the string, escapes undone, is this text, which is ASCII.</summary>
    public static bool IsAscii(ReadOnlySpan<byte> escaped, scoped ReadOnlySpan<byte> text)
    {
        foreach (var expected in text)
        {
            if (escaped.IsEmpty) return false;
            var (found, length) = escaped[0] != (byte)'\\' ? ((char)escaped[0], 1)
                : escaped[1] == (byte)'u' ? (Unit(escaped), 6) : ((char)Simple(escaped[1]), 2);
            if (found != expected) return false;
            escaped = escaped[length..];
        }
        return escaped.IsEmpty;
    }

    private static byte Simple(byte escape) => escape switch
    {
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        var itself => itself,
    };

    /// <returns>Bytes read: 6, or 12 for a surrogate pair.</returns>
    private static int Unicode(ByteBuffer target, ReadOnlySpan<byte> escaped)
    {
        var unit = Unit(escaped);
        var length = 6;
        if (!Rune.TryCreate(unit, out var rune))
        {
            var hasPair = escaped.Length >= 12 && escaped[6] == (byte)'\\' && escaped[7] == (byte)'u'
                && Rune.TryCreate(unit, Unit(escaped[6..]), out rune);
            if (hasPair) length = 12;
            else rune = Rune.ReplacementChar;
        }
        target.Advance(rune.EncodeToUtf8(target.GetSpan(4)));
        return length;
    }

    private static char Unit(ReadOnlySpan<byte> escaped) =>
        (char)ushort.Parse(escaped.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}

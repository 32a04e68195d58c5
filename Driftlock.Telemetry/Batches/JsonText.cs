using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Batches;

/// <summary>Writes compact JSON: the form in which structured bodies and attributes are stored. Culture plays no part.</summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(c => (byte)c), (byte)'"', (byte)'\\']);

    /// <summary>A quoted string; bytes that are no UTF-8 pass through and are repaired with the whole text.</summary>
    public static void Quote(ByteBuffer target, ReadOnlySpan<byte> utf8)
    {
        target.WriteByte((byte)'"');
        for (int next; (next = utf8.IndexOfAny(Escaped)) >= 0; utf8 = utf8[(next + 1)..])
        {
            target.WriteRaw(utf8[..next]);
            Escape(target, utf8[next]);
        }
        target.WriteRaw(utf8);
        target.WriteByte((byte)'"');
    }

    public static void Boolean(ByteBuffer target, bool value) => target.WriteRaw(value ? "true"u8 : "false"u8);

    public static void Integer(ByteBuffer target, long value)
    {
        _ = value.TryFormat(target.GetSpan(20), out var written, provider: CultureInfo.InvariantCulture);
        target.Advance(written);
    }

    /// <summary>The shortest form that reads back as the same double; NaN and infinities, which JSON lacks, are quoted if wished.</summary>
    public static void Double(ByteBuffer target, double value, bool quoteNonFinite)
    {
        var quote = quoteNonFinite && !double.IsFinite(value);
        if (quote) target.WriteByte((byte)'"');
        _ = value.TryFormat(target.GetSpan(32), out var written, provider: CultureInfo.InvariantCulture);
        target.Advance(written);
        if (quote) target.WriteByte((byte)'"');
    }

    public static void Base64(ByteBuffer target, ReadOnlySpan<byte> value)
    {
        var room = target.GetSpan(Base64Length(value.Length));
        _ = System.Buffers.Text.Base64.EncodeToUtf8(value, room, out _, out var written);
        target.Advance(written);
    }

    private static int Base64Length(int length) => System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(length);

    private static void Escape(ByteBuffer target, byte value)
    {
        switch (value)
        {
            case (byte)'"': target.WriteRaw("\\\""u8); break;
            case (byte)'\\': target.WriteRaw("\\\\"u8); break;
            case (byte)'\n': target.WriteRaw("\\n"u8); break;
            case (byte)'\r': target.WriteRaw("\\r"u8); break;
            case (byte)'\t': target.WriteRaw("\\t"u8); break;
            default:
                target.WriteRaw("\\u00"u8);
                _ = Utf8Formatter.TryFormat(value, target.GetSpan(2), out var written, new StandardFormat('x', 2));
                target.Advance(written);
                break;
        }
    }
}

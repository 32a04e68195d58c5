using System.Text;
using System.Text.Unicode;
using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Batches;

/// <summary>
/// Makes one text fit to be stored: valid UTF-8, redacted, no longer than its limit. Text that is fine already is returned where it lies.
/// A result stays valid until the next call on the same instance.
/// </summary>
internal sealed class CleanText(TelemetryBatch batch)
{
    private readonly ByteBuffer _repaired = new(0);
    private readonly ByteBuffer _redacted = new(0);
    private readonly ByteBuffer _cut = new(0);

    /// <summary>For values that must be put together first (numbers, maps, unescaped text).</summary>
    public ByteBuffer Rendered { get; } = new(64);

    private static ReadOnlySpan<byte> TruncationMarker => "[TRUNCATED]"u8;

    public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> raw) => Clean(raw, batch.Limits.AttributeBytes, isBody: false);

    public ReadOnlySpan<byte> Name(ReadOnlySpan<byte> raw) => Clean(raw, batch.Limits.NameBytes, isBody: false);

    public ReadOnlySpan<byte> Body(ReadOnlySpan<byte> raw) => Clean(raw, batch.Limits.BodyBytes, isBody: true);

    /// <summary>A name that makes a stream: too long a one keeps its start and gets a hash, so that two streams never become one.</summary>
    public ReadOnlySpan<byte> StreamName(ReadOnlySpan<byte> raw) => Shorten(Clean(raw, int.MaxValue, isBody: false));

    /// <summary>As <see cref="StreamName"/>, for text that was cleaned piece by piece.</summary>
    public ReadOnlySpan<byte> Shorten(ReadOnlySpan<byte> clean)
    {
        var limit = batch.Limits.StreamNameBytes;
        if (clean.Length <= limit) return clean;
        batch.Cuts.ValuesTruncated++;
        Span<byte> mark = stackalloc byte[17];
        mark[0] = (byte)'#';
        // The id of the full name: the same on every machine and in every version, since it becomes part of a stream's identity.
        _ = StreamId.Of(0, 0, default, clean).Value.TryFormat(mark[1..], out _, "x16");
        return Cut(clean, limit, mark);
    }

    private ReadOnlySpan<byte> Clean(ReadOnlySpan<byte> text, int limit, bool isBody)
    {
        batch.LargestText = Math.Max(batch.LargestText, text.Length);
        if (!Utf8.IsValid(text)) text = Repair(text);
        if (batch.Redactor.TryRedact(text, Emptied(_redacted), batch.Redactions)) text = _redacted.Written;
        if (text.Length <= limit) return text;
        if (isBody) batch.Cuts.BodiesTruncated++;
        else batch.Cuts.ValuesTruncated++;
        return Cut(text, limit, TruncationMarker);
    }

    private ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> text, int limit, scoped ReadOnlySpan<byte> marker)
    {
        var length = Math.Max(0, limit - marker.Length);
        // A continuation byte (10xxxxxx) may not be cut from its start.
        while (length > 0 && (text[length] & 0xc0) == 0x80) length--;
        Emptied(_cut).WriteRaw(text[..length]);
        _cut.WriteRaw(marker);
        return _cut.Written;
    }

    private ReadOnlySpan<byte> Repair(ReadOnlySpan<byte> text)
    {
        batch.Cuts.InvalidUtf8++;
        _repaired.Clear();
        while (!text.IsEmpty)
        {
            _ = Rune.DecodeFromUtf8(text, out var rune, out var consumed);
            var span = _repaired.GetSpan(4);
            _repaired.Advance(rune.EncodeToUtf8(span));
            text = text[consumed..];
        }
        return _repaired.Written;
    }

    private static ByteBuffer Emptied(ByteBuffer buffer)
    {
        buffer.Clear();
        return buffer;
    }
}

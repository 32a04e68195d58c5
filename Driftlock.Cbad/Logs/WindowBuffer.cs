using System.Buffers.Binary;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Logs;

/// <summary>
/// The open window's events as they are judged and as evidence keeps them: encoded, cut to a size, and never without a time.
/// Nothing beyond the cut is looked at, so the evidence holds all that was.
/// </summary>
internal sealed class WindowBuffer
{
    public const int MaxBytes = 192 * 1024;
    public const int MaxBodyBytes = 2048;

    private const int MaxEventBytes = 3072;
    private const int MaxNameBytes = 128;
    private const int MaxValueBytes = 256;
    private const int FixedBytes = 64;

    private readonly EventWriter _cut = new(1024);

    public ByteBuffer Events { get; } = new(1024);

    /// <summary>Appends and returns the event as it is judged; valid until the next call.</summary>
    public EventView Add(in EventView view, ulong receivedUnixNano, int windowEvents)
    {
        var limit = Math.Min(MaxEventBytes, (MaxBytes / windowEvents) - FixedBytes);
        var start = Events.Length;
        if (view.Encoded.Length <= limit && view.Body.Length <= MaxBodyBytes)
        {
            Span<byte> length = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)view.Encoded.Length);
            Events.WriteRaw(length);
            Events.WriteRaw(view.Encoded);
            if (view.TimeUnixNano == 0) BinaryPrimitives.WriteUInt64LittleEndian(Events.At(start + 4, 8), receivedUnixNano);
        }
        else
        {
            Cut(view, view.TimeUnixNano == 0 ? receivedUnixNano : view.TimeUnixNano, limit);
            Events.WriteRaw(_cut.Written);
        }
        return EventReader.Decode(Signal.Logs, Events.Written[(start + 4)..]);
    }

    /// <summary>At most <paramref name="most"/> bytes, without splitting a character.</summary>
    public static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> text, int most)
    {
        if (text.Length <= most) return text;
        var end = most;
        while (end > 0 && end > most - 4 && (text[end] & 0xc0) == 0x80) end--;
        return text[..end];
    }

    private void Cut(in EventView view, ulong time, int limit)
    {
        _cut.Clear();
        var name = Cut(view.Name, MaxNameBytes);
        var body = Cut(view.Body, Math.Min(MaxBodyBytes, (limit - name.Length) * 2 / 3));
        _cut.Begin(time, view.Severity, name, body, view.TraceId, view.SpanId, view.ParentSpanId);
        var attributes = view.ReadAttributes();
        while (attributes.Next())
        {
            var key = Cut(attributes.Key, MaxNameBytes);
            var value = Cut(attributes.Value, MaxValueBytes);
            if (_cut.Length + key.Length + value.Length + FixedBytes > limit) break;
            _cut.Attribute(key, value);
        }
        _cut.End();
    }
}

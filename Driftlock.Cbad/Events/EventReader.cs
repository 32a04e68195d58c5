using System.Buffers.Binary;

namespace Driftlock.Cbad.Events;

/// <summary>Reads back what <see cref="EventWriter"/> wrote (its comment has the layout), in order, in place.</summary>
public ref struct EventReader(Signal signal, ReadOnlySpan<byte> encoded)
{
    /// <summary>An event without ids, text, numbers and attributes.</summary>
    internal const int LeastBytes = 4 + 8 + 1 + 1 + 1 + 1 + 4;

    private ReadOnlySpan<byte> _rest = encoded;

    /// <summary>False at the end.</summary>
    /// <exception cref="InvalidDataException">The bytes were not written by <see cref="EventWriter"/>.</exception>
    public bool Next(out EventView view)
    {
        if (_rest.IsEmpty)
        {
            view = default;
            return false;
        }
        var rest = _rest;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(Varint.Take(ref rest, 4));
        if (length > (uint)rest.Length) throw new InvalidDataException($"event of {length} bytes, {rest.Length} left");
        view = Decode(signal, Varint.Take(ref rest, (int)length));
        _rest = rest;
        return true;
    }

    /// <summary>Decodes one event from its bytes without the length prefix (<see cref="EventView.Encoded"/>).</summary>
    public static EventView Decode(Signal signal, ReadOnlySpan<byte> encoded)
    {
        var view = new EventView { Signal = signal, Encoded = encoded };
        var rest = encoded;
        view.TimeUnixNano = Varint.ReadFixed64(ref rest);
        view.Severity = Varint.Take(ref rest, 1)[0];
        var ids = Varint.Take(ref rest, 1)[0];
        if ((ids & 1) != 0) view.TraceId = Varint.Take(ref rest, 16);
        if ((ids & 2) != 0) view.SpanId = Varint.Take(ref rest, 8);
        if ((ids & 4) != 0) view.ParentSpanId = Varint.Take(ref rest, 8);
        view.Name = Varint.ReadBytes(ref rest);
        view.Body = Varint.ReadBytes(ref rest);
        var numbers = BinaryPrimitives.ReadUInt16LittleEndian(Varint.Take(ref rest, 2));
        view.AttributeCount = BinaryPrimitives.ReadUInt16LittleEndian(Varint.Take(ref rest, 2));
        view.Numbers = Varint.Take(ref rest, numbers * sizeof(double));
        view.Attributes = rest;
        return view;
    }
}

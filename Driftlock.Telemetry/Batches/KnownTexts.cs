using System.Buffers.Binary;

namespace Driftlock.Telemetry.Batches;

/// <summary>
/// Remembers short texts that were looked through before, with one mark each: the same few keys and values come with every event. One
/// text a slot, 512 slots of 64 bytes, no allocation; a newer text takes the place of an older.
/// </summary>
internal sealed class KnownTexts
{
    private const int Slots = 512;
    private const int MaxBytes = 64;

    private readonly byte[] _texts = new byte[Slots * MaxBytes];
    private readonly byte[] _lengths = new byte[Slots];
    private readonly bool[] _marks = new bool[Slots];
    private Redactor? _redactor;

    /// <summary>What another redactor found is forgotten.</summary>
    public void Use(Redactor redactor)
    {
        if (ReferenceEquals(_redactor, redactor)) return;
        _redactor = redactor;
        Array.Clear(_lengths);
    }

    public bool TryGet(ReadOnlySpan<byte> text, out bool mark)
    {
        mark = false;
        if (text.Length is 0 or > MaxBytes) return false;
        var slot = Slot(text);
        if (_lengths[slot] != text.Length || !text.SequenceEqual(_texts.AsSpan(slot * MaxBytes, text.Length))) return false;
        mark = _marks[slot];
        return true;
    }

    public void Add(ReadOnlySpan<byte> text, bool mark)
    {
        if (text.Length is 0 or > MaxBytes) return;
        var slot = Slot(text);
        text.CopyTo(_texts.AsSpan(slot * MaxBytes));
        _lengths[slot] = (byte)text.Length;
        _marks[slot] = mark;
    }

    private static int Slot(ReadOnlySpan<byte> text)
    {
        var hash = text.Length >= 8
            ? BinaryPrimitives.ReadUInt64LittleEndian(text) ^ ulong.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(text[^8..]), 23)
            : text[0] | ((ulong)text[text.Length / 2] << 8) | ((ulong)text[^1] << 16);
        return (int)(((hash + (ulong)text.Length) * 0x9e3779b97f4a7c15) >> 55);
    }
}

using System.Buffers.Binary;
using System.Numerics;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Logs;

/// <summary>
/// The last lines of a stream, as fingerprints of their whole text: a program that is stuck says the very same thing again and again,
/// numbers and all, where templates only say that it speaks of the same.
/// </summary>
internal sealed class RecentLines
{
    private ulong[] _ring;
    private ulong[] _distinct;
    private int[] _times;
    private int _next;

    public RecentLines(int windowEvents) => Resize(windowEvents);

    public int Bytes => (_ring.Length * 8) + (_distinct.Length * 12);

    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(_ring), nameof(_distinct), nameof(_times))]
    public void Resize(int windowEvents)
    {
        _ring = new ulong[windowEvents];
        var slots = (int)BitOperations.RoundUpToPowerOf2((uint)windowEvents * 2);
        _distinct = new ulong[slots];
        _times = new int[slots];
        _next = 0;
    }

    /// <summary>Appends a line; returns the fingerprint of its text.</summary>
    public ulong Add(in EventView view)
    {
        var text = Fingerprint(PastWindows.TextOf(view));
        _ring[_next] = text;
        if (++_next == _ring.Length) _next = 0;
        return text;
    }

    /// <summary>How often the commonest of the last <paramref name="lines"/> lines stands among them beyond the first time.</summary>
    public int Repetition(int lines)
    {
        Array.Clear(_distinct);
        var mask = _distinct.Length - 1;
        var most = 1;
        for (var i = 1; i <= lines; i++)
        {
            var line = _ring[_next - i < 0 ? _next - i + _ring.Length : _next - i];
            var slot = (int)(line >> 40) & mask;
            while (_distinct[slot] != 0 && _distinct[slot] != line) slot = (slot + 1) & mask;
            _times[slot] = _distinct[slot] == 0 ? 1 : _times[slot] + 1;
            _distinct[slot] = line;
            most = Math.Max(most, _times[slot]);
        }
        return most - 1;
    }

    /// <summary>A 64-bit fingerprint, never 0.</summary>
    public static ulong Fingerprint(ReadOnlySpan<byte> text)
    {
        var hash = (ulong)text.Length * 0x9E3779B97F4A7C15;
        while (text.Length >= 8)
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(text));
            text = text[8..];
        }
        ulong tail = 0;
        for (var i = 0; i < text.Length; i++) tail |= (ulong)text[i] << (8 * i);
        hash = Mix(hash ^ tail);
        return hash == 0 ? 1 : hash;
    }

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)_next);
        foreach (var line in _ring) target.WriteFixed64(line);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        var next = Varint.Read(ref source);
        if (next >= (ulong)_ring.Length) throw new InvalidDataException($"line {next} of {_ring.Length}");
        _next = (int)next;
        for (var i = 0; i < _ring.Length; i++) _ring[i] = Varint.ReadFixed64(ref source);
    }

    private static ulong Mix(ulong value)
    {
        value *= 0x9fb21c651e98df25;
        return value ^ (value >> 29);
    }
}

using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Logs;

/// <summary>
/// A few past windows that were not flagged, to show what normal looks like: an even sample over the stream's whole life (reservoir
/// sampling with numbers that depend on nothing but the stream's id and the window), lines cut short.
/// </summary>
internal sealed class PastWindows
{
    public const int Most = 16;
    public const int MaxLineBytes = 160;

    // Lines kept of one window; with Most and MaxLineBytes this bounds the whole to 128 KiB.
    public const int MaxLines = 50;

    private readonly List<PastWindow> _windows = new(Most);
    private long _offered;

    public IReadOnlyList<PastWindow> Windows => _windows;

    public long Bytes { get; private set; }

    public void Offer(ulong stream, long firstEvent, ReadOnlySpan<byte> events)
    {
        var number = _offered++;
        var slot = (int)number;
        if (number >= Most)
        {
            var drawn = new SeededRandom(stream ^ (ulong)number).Next() % (ulong)(number + 1);
            if (drawn >= Most) return;
            slot = (int)drawn;
        }
        var lines = new ByteBuffer(4096);
        var reader = new EventReader(Signal.Logs, events);
        for (var i = 0; i < MaxLines && reader.Next(out var view); i++) lines.WriteBytes(LineOf(view));
        var window = new PastWindow(firstEvent, lines.Written.ToArray());
        Bytes += window.Lines.Length - (slot < _windows.Count ? _windows[slot].Lines.Length : 0);
        if (slot < _windows.Count) _windows[slot] = window;
        else _windows.Add(window);
    }

    public static ReadOnlySpan<byte> LineOf(in EventView view) => WindowBuffer.Cut(TextOf(view), MaxLineBytes);

    /// <summary>What an event says: its body, or its name where it has none.</summary>
    public static ReadOnlySpan<byte> TextOf(in EventView view) => view.Body.IsEmpty ? view.Name : view.Body;

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)_offered);
        target.WriteVarint((ulong)_windows.Count);
        foreach (var window in _windows)
        {
            target.WriteVarint((ulong)window.FirstEvent);
            target.WriteBytes(window.Lines);
        }
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        _offered = (long)Varint.Read(ref source);
        var count = Varint.Read(ref source);
        if (count > Most) throw new InvalidDataException($"{count} past windows; at most {Most}");
        _windows.Clear();
        for (var i = 0UL; i < count; i++) _windows.Add(new PastWindow((long)Varint.Read(ref source), Varint.ReadBytes(ref source).ToArray()));
        Bytes = _windows.Sum(window => (long)window.Lines.Length);
    }
}

/// <param name="FirstEvent">0-based in the stream.</param>
/// <param name="Lines">Each a varint length and its bytes.</param>
internal sealed record PastWindow(long FirstEvent, byte[] Lines)
{
    public List<byte[]> Split()
    {
        var lines = new List<byte[]>();
        ReadOnlySpan<byte> rest = Lines;
        while (!rest.IsEmpty) lines.Add(Varint.ReadBytes(ref rest).ToArray());
        return lines;
    }
}

using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Logs;

/// <summary>The templates a stream has shown, each with the window that showed it last. At the cap the older half is forgotten.</summary>
internal sealed class TemplateTable
{
    public const int MaxSlots = 8192;
    public const int MaxTemplates = MaxSlots / 4 * 3;

    private const int EntryBytes = 12;

    private ulong[] _hashes = new ulong[64];
    private int[] _lastWindow = new int[64];
    private int _limit = MaxTemplates;

    public int Count { get; private set; }

    /// <summary>Templates that may still be added before <see cref="Age"/>.</summary>
    public int Free => _limit - Count;

    public bool IsCrowded => Count > MaxTemplates / 8 * 7;

    public long Bytes => (long)_hashes.Length * EntryBytes;

    /// <summary>True when the template is known; otherwise it is added if there is room.</summary>
    public bool Meet(ulong template, int window)
    {
        var slot = Slot(template);
        if (_hashes[slot] == template)
        {
            _lastWindow[slot] = window;
            return true;
        }
        if (Free > 0) Add(template, window);
        return false;
    }

    /// <summary>Lets exactly <paramref name="free"/> templates be added from here on, as in the table this one stands for.</summary>
    public void AllowFree(int free) => _limit = Count + free;

    public bool Contains(ulong template) => _hashes[Slot(template)] == template;

    public void Add(ulong template, int window)
    {
        if (Count >= _hashes.Length / 4 * 3) Rebuild(_hashes.Length * 2, int.MinValue);
        var slot = Slot(template);
        _hashes[slot] = template;
        _lastWindow[slot] = window;
        Count++;
    }

    /// <summary>Forgets the templates that were last seen before the median.</summary>
    public void Age()
    {
        var seen = new List<int>(Count);
        for (var i = 0; i < _hashes.Length; i++)
            if (_hashes[i] != 0) seen.Add(_lastWindow[i]);
        seen.Sort();
        Rebuild(_hashes.Length, seen[seen.Count / 2] + 1);
    }

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)_hashes.Length);
        target.WriteVarint((ulong)Count);
        for (var i = 0; i < _hashes.Length; i++)
        {
            if (_hashes[i] == 0) continue;
            target.WriteFixed64(_hashes[i]);
            target.WriteVarint((ulong)_lastWindow[i]);
        }
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        var slots = Varint.Read(ref source);
        var count = Varint.Read(ref source);
        if (slots > MaxSlots || count > slots) throw new InvalidDataException($"a template table of {slots} slots");
        _hashes = new ulong[(int)slots];
        _lastWindow = new int[(int)slots];
        Count = 0;
        for (var i = 0UL; i < count; i++)
        {
            var template = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(Varint.Take(ref source, 8));
            Add(template, (int)Varint.Read(ref source));
        }
    }

    private void Rebuild(int slots, int fromWindow)
    {
        var hashes = _hashes;
        var lastWindow = _lastWindow;
        _hashes = new ulong[slots];
        _lastWindow = new int[slots];
        Count = 0;
        for (var i = 0; i < hashes.Length; i++)
        {
            if (hashes[i] == 0 || lastWindow[i] < fromWindow) continue;
            var slot = Slot(hashes[i]);
            _hashes[slot] = hashes[i];
            _lastWindow[slot] = lastWindow[i];
            Count++;
        }
    }

    private int Slot(ulong template)
    {
        var mask = _hashes.Length - 1;
        var slot = (int)(template >> 20) & mask;
        while (_hashes[slot] != 0 && _hashes[slot] != template) slot = (slot + 1) & mask;
        return slot;
    }
}

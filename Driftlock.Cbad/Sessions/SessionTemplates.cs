using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Sessions;

/// <summary>
/// The templates that sessions were made of, in order of first sight, each with a symbol for the sequence code. Templates are told
/// apart by the upper 48 bits of their hashes, which leaves a set of counts eight bytes an entry. At
/// <c>maxTemplates</c> the half that was absent the longest is forgotten; symbols are handed out in turn, so that a forgotten
/// one comes back only after 65,000 others, when the counts that still name it have aged away.
/// </summary>
/// <param name="maxTemplates">Most templates; a power of two.</param>
internal sealed class SessionTemplates(int maxTemplates)
{
    /// <summary>No template has this symbol: what is unknown, and the end of a session.</summary>
    public const ushort Unknown = 0;
    public const ushort End = 0xfffe;

    private const int EntryBytes = sizeof(ulong) + sizeof(ushort) + sizeof(long);

    private readonly short[] _index = new short[2 * maxTemplates];
    private ulong[] _hashes = new ulong[16];
    private ushort[] _symbols = new ushort[16];
    private long[] _lastSession = new long[16];
    private ushort _newest;

    public int Count { get; private set; }

    public long Bytes => (_index.Length * sizeof(short)) + ((long)_hashes.Length * EntryBytes);

    /// <summary>Template hashes in order of first sight.</summary>
    public ReadOnlySpan<ulong> Hashes => _hashes.AsSpan(0, Count);

    /// <summary>The template's symbol, or <see cref="Unknown"/>.</summary>
    public ushort SymbolOf(ulong template)
    {
        var at = _index[Slot(template)];
        return at == 0 ? Unknown : _symbols[at - 1];
    }

    /// <summary>The template of a symbol, or 0.</summary>
    public ulong TemplateOf(ushort symbol)
    {
        for (var i = 0; i < Count; i++)
            if (_symbols[i] == symbol) return _hashes[i];
        return 0;
    }

    /// <summary>Notes that session number <paramref name="session"/> holds the template; returns its symbol.</summary>
    public ushort Meet(ulong template, long session)
    {
        var at = _index[Slot(template)] - 1;
        if (at >= 0)
        {
            _lastSession[at] = session;
            return _symbols[at];
        }
        if (Count == maxTemplates) Forget();
        var symbol = _newest;
        do symbol = symbol >= End - 1 ? (ushort)1 : (ushort)(symbol + 1);
        while (TemplateOf(symbol) != 0);
        _newest = symbol;
        Add(template, symbol, session);
        return symbol;
    }

    public void Save(ByteBuffer target)
    {
        target.WriteVarint(_newest);
        target.WriteVarint((ulong)Count);
        for (var i = 0; i < Count; i++)
        {
            target.WriteFixed64(_hashes[i]);
            target.WriteVarint(_symbols[i]);
            target.WriteVarint((ulong)_lastSession[i]);
        }
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        _newest = (ushort)Varint.Read(ref source);
        var count = Varint.Read(ref source);
        if (count > (ulong)maxTemplates) throw new InvalidDataException($"{count} templates of sessions; at most {maxTemplates} here");
        Count = 0;
        Array.Clear(_index);
        for (var i = 0UL; i < count; i++)
        {
            var template = Varint.ReadFixed64(ref source);
            var symbol = (ushort)Varint.Read(ref source);
            Add(template, symbol, (long)Varint.Read(ref source));
        }
    }

    private void Forget()
    {
        var seen = _lastSession.AsSpan(0, Count).ToArray();
        Array.Sort(seen);
        // Ties at the median go as well, but never the whole table: one session may have met them all.
        var from = seen[Count / 2];
        var spare = from == seen[^1] ? Count / 2 : 0;
        var count = Count;
        Count = 0;
        Array.Clear(_index);
        for (var i = 0; i < count; i++)
            if (_lastSession[i] > from || (_lastSession[i] == from && spare-- > 0)) Add(_hashes[i], _symbols[i], _lastSession[i]);
    }

    private void Add(ulong template, ushort symbol, long session)
    {
        if (Count == _hashes.Length)
        {
            Array.Resize(ref _hashes, Count * 2);
            Array.Resize(ref _symbols, Count * 2);
            Array.Resize(ref _lastSession, Count * 2);
        }
        _hashes[Count] = template;
        _symbols[Count] = symbol;
        _lastSession[Count] = session;
        Count++;
        _index[Slot(template)] = (short)Count;
    }

    private int Slot(ulong template)
    {
        var slot = (int)((template >> 16) * 0x9E3779B97F4A7C15 >> 40) & (_index.Length - 1);
        while (_index[slot] is var at && at != 0 && _hashes[at - 1] >> 16 != template >> 16) slot = (slot + 1) & (_index.Length - 1);
        return slot;
    }
}

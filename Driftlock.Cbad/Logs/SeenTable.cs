using System.Numerics;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Logs;

/// <summary>
/// What a stream has shown (templates, kinds of record), by hash, each with how often and in which window last. At the cap the half that
/// was not seen for longest is forgotten, between windows only, so that within a window it only grows.
/// </summary>
/// <param name="maxSlots">A power of two; at most three quarters are used.</param>
internal sealed class SeenTable(int maxSlots)
{
    public const int EntryBytes = 24;

    private const int FirstSlots = 64;

    private Entry[] _entries = new Entry[Math.Min(FirstSlots, maxSlots)];
    private int _limit = maxSlots / 4 * 3;

    public int Count { get; private set; }

    /// <summary>Entries that may still be added before <see cref="Age"/>.</summary>
    public int Free => _limit - Count;

    public bool IsCrowded => Count > _limit / 8 * 7;

    public long Bytes => (long)_entries.Length * EntryBytes;

    /// <summary>The entry of <paramref name="hash"/> (never 0); one with count 0 when it is not known, which <see cref="Add"/> would add.</summary>
    public ref Entry Find(ulong hash)
    {
        var entries = _entries;
        var mask = entries.Length - 1;
        var slot = (int)(hash >> 20) & mask;
        while (true)
        {
            ref var entry = ref entries[slot];
            if (entry.Hash == hash || entry.Hash == 0) return ref entry;
            slot = (slot + 1) & mask;
        }
    }

    /// <summary>Adds what <see cref="Find"/> did not know; does nothing where there is no room.</summary>
    public void Add(ulong hash, uint count, int window, bool isError)
    {
        if (Free <= 0) return;
        if (Count >= _entries.Length / 4 * 3) Rebuild(_entries.Length * 2, int.MinValue);
        Find(hash) = new Entry { Hash = hash, Count = count, LastWindow = window, IsError = isError };
        Count++;
    }

    /// <summary>Lets exactly <paramref name="free"/> entries be added from here on, as in the table this one stands for.</summary>
    public void AllowFree(int free) => _limit = Count + free;

    /// <summary>Forgets what was last seen before the median; returns the sum of the counts that are left.</summary>
    public ulong Age()
    {
        var seen = new List<int>(Count);
        foreach (ref var entry in _entries.AsSpan())
            if (entry.Hash != 0) seen.Add(entry.LastWindow);
        seen.Sort();
        Rebuild(_entries.Length, seen[seen.Count / 2] + 1);
        ulong sum = 0;
        foreach (ref var entry in _entries.AsSpan()) sum += entry.Count;
        return sum;
    }

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)_entries.Length);
        target.WriteVarint((ulong)Count);
        foreach (ref var entry in _entries.AsSpan())
        {
            if (entry.Hash == 0) continue;
            target.WriteFixed64(entry.Hash);
            target.WriteVarint(((ulong)entry.Count << 1) | (entry.IsError ? 1UL : 0));
            target.WriteVarint((ulong)entry.LastWindow);
        }
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        var slots = Varint.Read(ref source);
        var count = Varint.Read(ref source);
        if (slots > (ulong)maxSlots || !BitOperations.IsPow2(slots) || count > slots / 4 * 3) throw new InvalidDataException($"a table of {count} entries in {slots} slots; at most {maxSlots} here, a power of two, three quarters of them in use");
        _entries = new Entry[(int)slots];
        Count = 0;
        for (var i = 0UL; i < count; i++)
        {
            var hash = Varint.ReadFixed64(ref source);
            if (hash == 0 || Find(hash).Hash != 0) throw new InvalidDataException($"a table with the hash {hash:x16} twice; none is 0");
            var packed = Varint.Read(ref source);
            Add(hash, (uint)(packed >> 1), (int)Varint.Read(ref source), (packed & 1) != 0);
        }
    }

    private void Rebuild(int slots, int fromWindow)
    {
        var old = _entries;
        _entries = new Entry[slots];
        Count = 0;
        foreach (ref var entry in old.AsSpan())
        {
            if (entry.Hash == 0 || entry.LastWindow < fromWindow) continue;
            Find(entry.Hash) = entry;
            Count++;
        }
    }

    internal struct Entry
    {
        public ulong Hash;

        /// <summary>Templates: windows in which it was seen. Kinds of record: events.</summary>
        public uint Count;

        public int LastWindow;

        /// <summary>Templates only: its first line was declared an error or worse.</summary>
        public bool IsError;
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Coding;

/// <summary>
/// How often each symbol followed each context, in one open hash table of 12-byte entries. Besides its symbols a context has an entry
/// <see cref="Total"/> with the number of times it was seen and the number of distinct followers. Coding is Witten-Bell escape,
/// blended from the shortest context up: p = (n(c,s) + T(c) p') / (n(c) + T(c)).
/// </summary>
internal sealed class CountTable(int maxSlots)
{
    public const ushort Total = ushort.MaxValue;

    private const int EntryBytes = 12;
    private const int FirstSlots = 256;

    private Entry[] _entries = new Entry[Math.Min(FirstSlots, maxSlots)];
    private int _limit = maxSlots / 4 * 3;

    /// <summary>Entries in use.</summary>
    public int Count { get; private set; }

    /// <summary>Entries that may still be added; at 0 what is unknown is not learned until <see cref="Age"/>.</summary>
    public int Free => _limit - Count;

    public long Bytes => (long)_entries.Length * EntryBytes;

    /// <summary>True when the next window might not fit.</summary>
    public bool IsCrowded => Count > _limit / 8 * 7;

    /// <summary>Blends one more context into <paramref name="probability"/> and then learns the symbol in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double BlendAndLearn(double probability, uint context, ushort symbol)
    {
        ref var total = ref Find(context, Total);
        if (total.Context == 0)
        {
            if (Free >= 2)
            {
                AddAt(ref total, context, Total, 1, 1);
                Add(context, symbol, 1, 0);
            }
            return probability;
        }
        ref var entry = ref Find(context, symbol);
        var known = entry.Context != 0;
        double distinct = (int)total.Distinct;
        double followed = known ? (int)entry.Count : 0;
        var blended = (followed + (distinct * probability)) / ((int)total.Count + distinct);
        if (known)
        {
            entry.Count++;
            total.Count++;
        }
        else if (Free >= 1)
        {
            total.Count++;
            total.Distinct++;
            AddAt(ref entry, context, symbol, 1, 0);
        }
        return blended;
    }

    /// <summary>Blends one more context into <paramref name="probability"/> and learns nothing.</summary>
    public double Blend(double probability, uint context, ushort symbol)
    {
        var (seen, distinct) = Get(context, Total);
        return seen == 0 ? probability : (Get(context, symbol).Count + (distinct * probability)) / (seen + (double)distinct);
    }

    /// <summary>The count of an entry; 0 when there is none.</summary>
    public (uint Count, ushort Distinct) Get(uint context, ushort symbol)
    {
        ref var entry = ref Find(context, symbol);
        return entry.Context == 0 ? (0, (ushort)0) : (entry.Count, entry.Distinct);
    }

    /// <summary>All entries, in slot order.</summary>
    public IEnumerable<(uint Context, ushort Symbol, uint Count, ushort Distinct)> Entries()
    {
        foreach (var entry in _entries)
            if (entry.Context != 0) yield return (entry.Context, entry.Symbol, entry.Count, entry.Distinct);
    }

    /// <summary>Sets an entry that is not there yet, for <see cref="Load"/> and for verification.</summary>
    public void Put(uint context, ushort symbol, uint count, ushort distinct) => Add(context, symbol, count, distinct);

    /// <summary>Lets exactly <paramref name="free"/> entries be added from here on, as in the table this one stands for.</summary>
    public void AllowFree(int free) => _limit = Count + free;

    /// <summary>
    /// Halves every count and drops what falls to 0: the rarest goes first, and what came back since stays. Totals are summed again,
    /// so the table is exactly what it would be had only the kept counts been learned.
    /// </summary>
    public void Age()
    {
        var old = _entries;
        _entries = new Entry[old.Length];
        Count = 0;
        foreach (ref var entry in old.AsSpan())
        {
            if (entry.Context == 0 || entry.Symbol == Total || entry.Count < 2) continue;
            Add(entry.Context, entry.Symbol, entry.Count / 2, 0);
            ref var total = ref Find(entry.Context, Total);
            if (total.Context == 0)
            {
                Add(entry.Context, Total, entry.Count / 2, 1);
                continue;
            }
            total.Count += entry.Count / 2;
            total.Distinct++;
        }
    }

    /// <summary>Entries in slot order. Slots depend on the order of learning, which the log fixes.</summary>
    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)_entries.Length);
        target.WriteVarint((ulong)Count);
        foreach (ref var entry in _entries.AsSpan())
        {
            if (entry.Context == 0) continue;
            target.WriteVarint(entry.Context);
            target.WriteVarint(entry.Symbol);
            target.WriteVarint(entry.Distinct);
            target.WriteVarint(entry.Count);
        }
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>, or for a smaller table.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        var slots = Varint.Read(ref source);
        var count = Varint.Read(ref source);
        if (slots > (ulong)maxSlots || !BitOperations.IsPow2(slots) || count > slots / 4 * 3) throw new InvalidDataException($"a count table of {count} entries in {slots} slots; at most {maxSlots} here, a power of two, three quarters of them in use");
        _entries = new Entry[(int)slots];
        Count = 0;
        for (var i = 0UL; i < count; i++)
        {
            var context = (uint)Varint.Read(ref source);
            var symbol = (ushort)Varint.Read(ref source);
            if (context == 0 || Find(context, symbol).Context != 0) throw new InvalidDataException($"a count table with context {context}, symbol {symbol} twice; contexts begin at 1");
            var distinct = (ushort)Varint.Read(ref source);
            Add(context, symbol, (uint)Varint.Read(ref source), distinct);
        }
    }

    private void Add(uint context, ushort symbol, uint count, ushort distinct)
    {
        if (Count >= _entries.Length / 4 * 3) Grow();
        ref var entry = ref Find(context, symbol);
        entry.Context = context;
        entry.Symbol = symbol;
        entry.Count = count;
        entry.Distinct = distinct;
        Count++;
    }

    // Where the place is known, unless the table has to grow first.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddAt(ref Entry free, uint context, ushort symbol, uint count, ushort distinct)
    {
        if (Count >= _entries.Length / 4 * 3)
        {
            Add(context, symbol, count, distinct);
            return;
        }
        free = new Entry { Context = context, Symbol = symbol, Count = count, Distinct = distinct };
        Count++;
    }

    private void Grow()
    {
        var old = _entries;
        _entries = new Entry[old.Length * 2];
        foreach (ref var entry in old.AsSpan())
            if (entry.Context != 0) Find(entry.Context, entry.Symbol) = entry;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Entry Find(uint context, ushort symbol)
    {
        var entries = _entries;
        var mask = entries.Length - 1;
        var slot = (int)(((((ulong)context << 16) | symbol) * 0x9E3779B97F4A7C15) >> 40) & mask;
        while (true)
        {
            ref var entry = ref entries[slot];
            if (entry.Context == 0 || (entry.Context == context && entry.Symbol == symbol)) return ref entry;
            slot = (slot + 1) & mask;
        }
    }

    private struct Entry
    {
        public uint Context;
        public uint Count;
        public ushort Symbol;
        public ushort Distinct;
    }
}

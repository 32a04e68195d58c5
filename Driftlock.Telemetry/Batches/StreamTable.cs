using System.Runtime.InteropServices;
using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Batches;

/// <summary>Finds a request's blocks by name: a hash table with open addressing over pooled blocks, at most <c>limit</c> of them.</summary>
internal sealed class StreamTable(int limit)
{
    private const int SpareBlocks = 1024;

    private readonly Stack<StreamBlock> _spare = new();
    private int[] _slots = new int[64];

    public List<StreamBlock> Used { get; } = [];

    public StreamBlock? Find(
        Signal signal, ReadOnlySpan<byte> service, ReadOnlySpan<byte> name, ReadOnlySpan<byte> resourceAttributes, int resourceAttributeCount)
    {
        var hash = Mix(Mix(Mix((ulong)signal, service), name), resourceAttributes);
        var slot = (int)(hash >> 32) & (_slots.Length - 1);
        for (; _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            var candidate = Used[_slots[slot] - 1];
            if (candidate.Is(hash, service, name, resourceAttributes)) return candidate;
        }
        if (Used.Count == limit) return null;
        if (!_spare.TryPop(out var block)) block = new StreamBlock();
        block.Begin(signal, hash, service, name, resourceAttributes, resourceAttributeCount);
        Used.Add(block);
        _slots[slot] = Used.Count;
        if (Used.Count * 2 > _slots.Length) Grow();
        return block;
    }

    public void Clear()
    {
        foreach (var block in Used)
        {
            if (_spare.Count < SpareBlocks && !block.IsOversized) _spare.Push(block);
        }
        Used.Clear();
        if (_slots.Length > 4 * SpareBlocks) _slots = new int[64];
        else Array.Clear(_slots);
    }

    private void Grow()
    {
        _slots = new int[_slots.Length * 2];
        for (var i = 0; i < Used.Count; i++)
        {
            var slot = (int)(Used[i].Hash >> 32) & (_slots.Length - 1);
            while (_slots[slot] != 0) slot = (slot + 1) & (_slots.Length - 1);
            _slots[slot] = i + 1;
        }
    }

    /// <summary>Never stored, so it need not be the same on every machine: eight bytes at a time.</summary>
    private static ulong Mix(ulong hash, ReadOnlySpan<byte> bytes)
    {
        const ulong Prime = 0x9e3779b97f4a7c15;
        hash = (hash ^ (ulong)bytes.Length) * Prime;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes)) hash = (ulong.RotateLeft(hash, 29) ^ word) * Prime;
        foreach (var last in bytes[(bytes.Length & ~7)..]) hash = (hash ^ last) * Prime;
        return hash ^ (hash >> 29);
    }
}

using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Batches;

/// <summary>At most <c>limit</c> key and value pairs in one buffer.</summary>
internal sealed class AttributeList(int limit)
{
    private readonly ByteBuffer _text = new(1024);
    private readonly Pair[] _pairs = new Pair[limit];

    public int Count { get; private set; }

    public bool IsFull => Count == _pairs.Length;

    public ReadOnlySpan<byte> Key(int index) => _text.Written.Slice(_pairs[index].Start, _pairs[index].KeyLength);

    public ReadOnlySpan<byte> Value(int index)
    {
        ref readonly var pair = ref _pairs[index];
        return _text.Written.Slice(pair.Start + pair.KeyLength, pair.ValueLength);
    }

    public void Clear()
    {
        Count = 0;
        _text.Clear();
    }

    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        _pairs[Count++] = new Pair(_text.Length, key.Length, value.Length);
        _text.WriteRaw(key);
        _text.WriteRaw(value);
    }

    /// <summary>By key, byte by byte; pairs with the same key by value. Binary insertion: bounded even for a hostile order.</summary>
    public void Sort()
    {
        for (var i = 1; i < Count; i++)
        {
            if (Compare(i - 1, i) <= 0) continue;
            var (low, high) = (0, i - 1);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (Compare(middle, i) <= 0) low = middle + 1;
                else high = middle;
            }
            var moved = _pairs[i];
            Array.Copy(_pairs, low, _pairs, low + 1, i - low);
            _pairs[low] = moved;
        }
    }

    private int Compare(int left, int right)
    {
        var byKey = Key(left).SequenceCompareTo(Key(right));
        return byKey != 0 ? byKey : Value(left).SequenceCompareTo(Value(right));
    }

    private readonly record struct Pair(int Start, int KeyLength, int ValueLength);
}

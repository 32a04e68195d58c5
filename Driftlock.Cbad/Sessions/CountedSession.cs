using System.Numerics;

namespace Driftlock.Cbad.Sessions;

/// <summary>How often each template occurs in one session: entries by ascending hash. The memory is reused from session to session.</summary>
internal sealed class CountedSession
{
    /// <summary>A count beyond this is taken for this.</summary>
    public const int MaxCount = ushort.MaxValue;

    private ulong[] _sorted = new ulong[64];
    private ulong[] _entries = new ulong[64];
    private int _used;

    /// <summary>Events in the session.</summary>
    public int Length { get; private set; }

    /// <summary>The upper 48 bits of each template's hash above its count in 16 bits.</summary>
    public ReadOnlySpan<ulong> Entries => _entries.AsSpan(0, _used);

    public long Bytes => (long)(_sorted.Length + _entries.Length) * sizeof(ulong);

    public void Take(ReadOnlySpan<ulong> events)
    {
        if (_sorted.Length < events.Length)
        {
            _sorted = new ulong[BitOperations.RoundUpToPowerOf2((uint)events.Length)];
            _entries = new ulong[_sorted.Length];
        }
        Length = events.Length;
        _used = 0;
        var sorted = _sorted.AsSpan(0, events.Length);
        for (var i = 0; i < events.Length; i++) sorted[i] = events[i] >> 16;
        sorted.Sort();
        for (var i = 0; i < sorted.Length;)
        {
            var start = i;
            while (i < sorted.Length && sorted[i] == sorted[start]) i++;
            _entries[_used++] = (sorted[start] << 16) | (uint)Math.Min(i - start, MaxCount);
        }
    }

    /// <summary>The template's count, 0 when it is absent.</summary>
    public int CountOf(ulong template)
    {
        var low = 0;
        var high = _used;
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (_entries[middle] >> 16 < template >> 16) low = middle + 1;
            else high = middle;
        }
        return low < _used && _entries[low] >> 16 == template >> 16 ? (int)(_entries[low] & MaxCount) : 0;
    }
}

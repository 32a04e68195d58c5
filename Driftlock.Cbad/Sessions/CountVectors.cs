using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Sessions;

/// <summary>
/// The distinct sets of template counts that sessions have had, and how far a session is from the nearest of them. Where there is no
/// room for more vectors or entries the half that was absent the longest is forgotten; a session of more than <see cref="MostTemplates"/> distinct templates is compared but not kept.
/// </summary>
/// <param name="maxVectors">Most vectors.</param>
/// <param name="maxEntries">Most entries; a power of two, and of <see cref="MostTemplates"/> at least four times.</param>
internal sealed class CountVectors(int maxVectors, int maxEntries)
{
    public const int MostTemplates = 256;

    /// <summary>The distance of sessions that share nothing.</summary>
    public const int Farthest = 1 << 16;

    private ulong[] _entries = new ulong[256];
    private Vector[] _vectors = new Vector[16];
    private int _used;

    public int Count { get; private set; }

    public long Bytes => ((long)_entries.Length * sizeof(ulong)) + ((long)_vectors.Length * Vector.Bytes);

    /// <summary>Sum of the differences of counts over the sum of both lengths, in 1/65,536; to the nearest vector.</summary>
    public int Distance(CountedSession session)
    {
        var best = Farthest;
        for (var i = 0; i < Count && best > 0; i++)
        {
            ref var vector = ref _vectors[i];
            var both = (long)vector.Length + session.Length;
            if (both == 0) return 0;
            var limit = best * both;
            if ((long)Math.Abs(vector.Length - session.Length) << 16 >= limit) continue;
            var difference = Difference(_entries.AsSpan(vector.Start, vector.Entries), session.Entries, limit >> 16);
            best = (int)Math.Min(best, ((long)difference << 16) / both);
        }
        return best;
    }

    public void Learn(CountedSession session, long number)
    {
        var entries = session.Entries;
        if (entries.Length > MostTemplates) return;
        for (var i = 0; i < Count; i++)
        {
            ref var vector = ref _vectors[i];
            if (vector.Length != session.Length || !_entries.AsSpan(vector.Start, vector.Entries).SequenceEqual(entries)) continue;
            vector.LastSession = number;
            return;
        }
        while (Count == maxVectors || _used + entries.Length > maxEntries) Forget();
        Add(entries, session.Length, number);
    }

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)Count);
        for (var i = 0; i < Count; i++)
        {
            ref var vector = ref _vectors[i];
            target.WriteVarint((ulong)vector.Length);
            target.WriteVarint((ulong)vector.LastSession);
            target.WriteVarint((ulong)vector.Entries);
            foreach (var entry in _entries.AsSpan(vector.Start, vector.Entries)) target.WriteFixed64(entry);
        }
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        var count = Varint.Read(ref source);
        if (count > (ulong)maxVectors) throw new InvalidDataException($"{count} count vectors; at most {maxVectors} here");
        Count = 0;
        _used = 0;
        Span<ulong> entries = stackalloc ulong[MostTemplates];
        for (var i = 0UL; i < count; i++)
        {
            var length = (int)Varint.Read(ref source);
            var session = (long)Varint.Read(ref source);
            var used = Varint.Read(ref source);
            if (used > MostTemplates || _used + (int)used > maxEntries) throw new InvalidDataException("more entries of count vectors than there is room for");
            foreach (ref var entry in entries[..(int)used])
                entry = Varint.ReadFixed64(ref source);
            Add(entries[..(int)used], length, session);
        }
    }

    private void Add(ReadOnlySpan<ulong> entries, int length, long number)
    {
        if (Count == _vectors.Length) Array.Resize(ref _vectors, Count * 2);
        while (_used + entries.Length > _entries.Length) Array.Resize(ref _entries, _entries.Length * 2);
        entries.CopyTo(_entries.AsSpan(_used));
        _vectors[Count++] = new Vector { Start = _used, Entries = entries.Length, Length = length, LastSession = number };
        _used += entries.Length;
    }

    // A session brings one vector, so no two were seen last in the same session, and half of them lie before the median.
    private void Forget()
    {
        var seen = new long[Count];
        for (var i = 0; i < Count; i++) seen[i] = _vectors[i].LastSession;
        Array.Sort(seen);
        var from = seen[Count / 2];
        var count = Count;
        Count = 0;
        _used = 0;
        for (var i = 0; i < count; i++)
            if (_vectors[i] is var vector && vector.LastSession >= from) Add(_entries.AsSpan(vector.Start, vector.Entries), vector.Length, vector.LastSession);
    }

    private static long Difference(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, long enough)
    {
        long sum = 0;
        int i = 0, j = 0;
        while (i < a.Length && j < b.Length && sum <= enough)
        {
            var (x, y) = (a[i] >> 16, b[j] >> 16);
            if (x == y) sum += Math.Abs((long)(a[i++] & CountedSession.MaxCount) - (long)(b[j++] & CountedSession.MaxCount));
            else if (x < y) sum += (long)(a[i++] & CountedSession.MaxCount);
            else sum += (long)(b[j++] & CountedSession.MaxCount);
        }
        for (; i < a.Length; i++) sum += (long)(a[i] & CountedSession.MaxCount);
        for (; j < b.Length; j++) sum += (long)(b[j] & CountedSession.MaxCount);
        return sum;
    }

    private struct Vector
    {
        public const int Bytes = 6 * sizeof(int);

        public int Start;
        public int Entries;
        public int Length;
        public long LastSession;
    }
}

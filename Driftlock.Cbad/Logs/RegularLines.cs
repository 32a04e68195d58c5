using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Logs;

/// <summary>
/// Templates and whole texts that come regularly, with the longest stretch of lines that ever lay between two of them: what is missing is
/// news when it never was away for so long. A text can stop while its template goes on, as when one of many hosts falls silent. Bounded
/// to <see cref="Most"/>; what is followed is decided between windows only.
/// </summary>
internal sealed class RegularLines
{
    public const int Most = 128;

    /// <summary>Windows in which a line was seen before it is followed, and before its absence counts.</summary>
    public const int FollowedAfter = 4;
    public const int TrustedAfter = 12;

    // A stretch this many times the usual one tells a burst, not a beat; of lines that come at random the longest is about this.
    private const double LongestOfUsual = 6;

    // What has not come for so many windows has ended; its place may be taken.
    private const int EndedAfterWindows = 64;

    // Open hashing with room to spare; 0 is free, else 1 + place.
    private const int IndexSlots = 512;

    private const ulong TextMark = 0x5851f42d4c957f2d;

    private readonly RegularLine[] _lines = new RegularLine[Most];
    private readonly RegularLine[] _before = new RegularLine[Most];
    private readonly byte[] _index = new byte[IndexSlots];
    private readonly List<ulong> _candidates = new(Most);
    private readonly RecurringTexts _texts = new();
    private int _count;
    private int _countBefore;

    public static int Bytes => (2 * Most * RegularLine.Bytes) + (Most * sizeof(ulong)) + IndexSlots + RecurringTexts.Bytes;

    /// <summary>Those followed, as they were when the open window began.</summary>
    public ReadOnlySpan<RegularLine> Before => _before.AsSpan(0, _countBefore);

    /// <summary>What a text is followed as; a template is followed as its own hash.</summary>
    public static ulong HashOfText(ulong fingerprint) => fingerprint ^ TextMark;

    /// <param name="line">Its template and in how many windows that was seen.</param>
    /// <param name="text">Fingerprint of the whole line.</param>
    /// <param name="at">0-based number of the line in the stream.</param>
    /// <param name="window">Ordinal of the open window.</param>
    public void Add(in LineScore line, ulong text, long at, int window)
    {
        if (!Meet(line.Template, at, window) && line.Windows == FollowedAfter) Propose(line.Template);
        var hash = HashOfText(text);
        if (!Meet(hash, at, window) && _texts.Meet(text, window) == FollowedAfter) Propose(hash);
    }

    /// <summary><see cref="RegularLine.Absence"/> of what is missed most, and what that is; 0 and nothing when nothing is.</summary>
    public int Absence(long events, int windowEvents, out RegularLine missed)
    {
        var largest = 0;
        missed = default;
        for (var i = 0; i < _count; i++)
        {
            ref var line = ref _lines[i];
            if (events - line.Last <= line.Longest || line.Windows < TrustedAfter || line.Longest * (line.Count - 1.0) > LongestOfUsual * (line.Last - line.First)) continue;
            var bits = line.Absence(events, windowEvents);
            if (bits <= largest) continue;
            largest = bits;
            missed = line;
        }
        return largest;
    }

    /// <summary>Begins the next window, at line <paramref name="at"/>.</summary>
    public void Close(long at, int windowEvents)
    {
        foreach (var hash in _candidates)
        {
            var place = _count < Most ? _count++ : Ended(at - (EndedAfterWindows * (long)windowEvents));
            if (place < 0) break;
            _lines[place] = new RegularLine { Hash = hash, First = at, Last = at, Count = 1, LastWindow = -1 };
        }
        if (_candidates.Count > 0) BuildIndex();
        _candidates.Clear();
        _lines.AsSpan(0, _count).CopyTo(_before);
        _countBefore = _count;
    }

    /// <summary>Follows exactly these, as at the beginning of a window.</summary>
    public void Restore(ReadOnlySpan<RegularLine> lines)
    {
        lines.CopyTo(_lines);
        lines.CopyTo(_before);
        _count = _countBefore = lines.Length;
        BuildIndex();
    }

    public void Save(ByteBuffer target)
    {
        Write(target, _lines.AsSpan(0, _count));
        Write(target, Before);
        target.WriteVarint((ulong)_candidates.Count);
        foreach (var hash in _candidates) target.WriteFixed64(hash);
        _texts.Save(target);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        _count = Read(ref source, _lines);
        BuildIndex();
        _countBefore = Read(ref source, _before);
        _candidates.Clear();
        for (var left = Varint.Read(ref source); left > 0; left--) _candidates.Add(Varint.ReadFixed64(ref source));
        _texts.Load(ref source);
    }

    private bool Meet(ulong hash, long at, int window)
    {
        for (var slot = SlotOf(hash); _index[slot] != 0; slot = (slot + 1) & (IndexSlots - 1))
        {
            ref var line = ref _lines[_index[slot] - 1];
            if (line.Hash != hash) continue;
            line.Meet(at, window);
            return true;
        }
        return false;
    }

    private void Propose(ulong hash)
    {
        if (_candidates.Count < Most && !_candidates.Contains(hash)) _candidates.Add(hash);
    }

    private void BuildIndex()
    {
        Array.Clear(_index);
        for (var i = 0; i < _count; i++)
        {
            var slot = SlotOf(_lines[i].Hash);
            while (_index[slot] != 0) slot = (slot + 1) & (IndexSlots - 1);
            _index[slot] = (byte)(i + 1);
        }
    }

    private int Ended(long before)
    {
        var longest = 0;
        for (var i = 1; i < Most; i++)
            if (_lines[i].Last < _lines[longest].Last) longest = i;
        return _lines[longest].Last < before ? longest : -1;
    }

    private static int SlotOf(ulong hash) => (int)(hash >> 20) & (IndexSlots - 1);

    private static void Write(ByteBuffer target, ReadOnlySpan<RegularLine> lines)
    {
        target.WriteVarint((ulong)lines.Length);
        foreach (ref readonly var line in lines) line.Save(target);
    }

    private static int Read(scoped ref ReadOnlySpan<byte> source, RegularLine[] lines)
    {
        var count = Varint.Read(ref source);
        if (count > Most) throw new InvalidDataException($"{count} regular lines; at most {Most}");
        for (var i = 0; i < (int)count; i++) lines[i] = RegularLine.Load(ref source);
        return (int)count;
    }
}

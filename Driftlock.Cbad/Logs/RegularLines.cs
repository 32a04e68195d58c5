using System.Buffers.Binary;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Logs;

/// <summary>
/// Templates that come regularly, with the longest stretch of lines that ever lay between two of them: what is missing is news when it
/// never was away for so long. Bounded to <see cref="Most"/>; which templates are followed is decided between windows only.
/// </summary>
internal sealed class RegularLines
{
    public const int Most = 64;

    /// <summary>Windows in which a template was seen before it is followed, and before its absence counts.</summary>
    public const int FollowedAfter = 4;
    public const int TrustedAfter = 12;

    // A stretch this many times the usual one tells a burst, not a beat; of lines that come at random the longest is about this.
    private const double LongestOfUsual = 6;
    private const int Factor = 4;

    // A template that has not come for so many windows has ended; its place may be taken.
    private const int EndedAfterWindows = 64;

    private readonly ulong[] _templates = new ulong[Most];
    private readonly RegularLine[] _lines = new RegularLine[Most];
    private readonly RegularLine[] _before = new RegularLine[Most];
    private readonly List<ulong> _candidates = new(Most);
    private int _count;
    private int _countBefore;

    public static int Bytes => (2 * Most * RegularLine.Bytes) + (2 * Most * 8);

    /// <summary>Those followed, as they were when the open window began.</summary>
    public ReadOnlySpan<RegularLine> Before => _before.AsSpan(0, _countBefore);

    /// <param name="template">Of the line.</param>
    /// <param name="windows">Windows in which the template was seen, this one included.</param>
    /// <param name="at">0-based number of the line in the stream.</param>
    /// <param name="window">Ordinal of the open window.</param>
    public void Add(ulong template, uint windows, long at, int window)
    {
        var place = _templates.AsSpan(0, _count).IndexOf(template);
        if (place >= 0)
        {
            _lines[place].Meet(at, window);
            return;
        }
        if (windows == FollowedAfter && _candidates.Count < Most && !_candidates.Contains(template)) _candidates.Add(template);
    }

    /// <summary>
    /// How surprising the longest absence is: log2 of the windows that a template was seen in plus four times log2 of the stretch without
    /// it over the longest before; the largest over the templates, in units of 1/65,536 bit. What was already missing a window ago counts
    /// as usual by now.
    /// </summary>
    public int Absence(long events, int windowEvents, out ulong template)
    {
        var largest = 0;
        template = 0;
        for (var i = 0; i < _count; i++)
        {
            ref var line = ref _lines[i];
            var stretch = events - line.Last;
            var usual = Math.Max(line.Longest, stretch - windowEvents);
            if (stretch <= usual || line.Windows < TrustedAfter || line.Longest * (line.Count - 1.0) > LongestOfUsual * (line.Last - line.First)) continue;
            var bits = FixedLog.CodeLength(1.0 / line.Windows) + (Factor * FixedLog.CodeLength(usual / (double)stretch));
            if (bits <= largest) continue;
            largest = bits;
            template = line.Template;
        }
        return largest;
    }

    /// <summary>Begins the next window, at line <paramref name="at"/>.</summary>
    public void Close(long at, int windowEvents)
    {
        foreach (var template in _candidates)
        {
            var place = _count < Most ? _count++ : Ended(at - (EndedAfterWindows * (long)windowEvents));
            if (place < 0) break;
            _templates[place] = template;
            _lines[place] = new RegularLine { Template = template, First = at, Last = at, Count = 1, LastWindow = -1 };
        }
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
        IndexTemplates();
    }

    public void Save(ByteBuffer target)
    {
        Write(target, _lines.AsSpan(0, _count));
        Write(target, Before);
        target.WriteVarint((ulong)_candidates.Count);
        foreach (var template in _candidates) target.WriteFixed64(template);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        _count = Read(ref source, _lines);
        IndexTemplates();
        _countBefore = Read(ref source, _before);
        _candidates.Clear();
        for (var left = Varint.Read(ref source); left > 0; left--) _candidates.Add(BinaryPrimitives.ReadUInt64LittleEndian(Varint.Take(ref source, 8)));
    }

    private void IndexTemplates()
    {
        for (var i = 0; i < _count; i++) _templates[i] = _lines[i].Template;
    }

    private int Ended(long before)
    {
        var longest = 0;
        for (var i = 1; i < Most; i++)
            if (_lines[i].Last < _lines[longest].Last) longest = i;
        return _lines[longest].Last < before ? longest : -1;
    }

    private static void Write(ByteBuffer target, ReadOnlySpan<RegularLine> lines)
    {
        target.WriteVarint((ulong)lines.Length);
        foreach (ref readonly var line in lines) line.Save(target);
    }

    private static int Read(scoped ref ReadOnlySpan<byte> source, RegularLine[] lines)
    {
        var count = Varint.Read(ref source);
        if (count > Most) throw new InvalidDataException($"{count} regular templates; at most {Most}");
        for (var i = 0; i < (int)count; i++) lines[i] = RegularLine.Load(ref source);
        return (int)count;
    }
}

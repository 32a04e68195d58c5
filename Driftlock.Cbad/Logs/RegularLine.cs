using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Logs;

/// <summary>One template or text that is followed. Places are 0-based numbers of lines in the stream.</summary>
internal record struct RegularLine
{
    public const int Bytes = 48;

    // Nothing is taken to be more regular than to this part of its usual stretch for each bit.
    private const double LeastSpread = 1.0 / 6;

    /// <summary>Of the template or the text.</summary>
    public ulong Hash { get; init; }

    public long First { get; init; }

    public long Last { get; set; }

    /// <summary>Lines since it is followed.</summary>
    public long Count { get; set; }

    /// <summary>Windows that held it since.</summary>
    public int Windows { get; set; }

    public int LastWindow { get; set; }

    /// <summary>Most lines from one to the next.</summary>
    public long Longest { get; set; }

    public void Meet(long at, int window)
    {
        Longest = Math.Max(Longest, at - Last);
        Last = at;
        Count++;
        if (LastWindow == window) return;
        LastWindow = window;
        Windows++;
    }

    /// <summary>
    /// How surprising it is that nothing came for so long, units of 1/65,536 bit; 0 when it was away as long before. Stretches are taken to thin
    /// out exponentially beyond the usual one: n of them reach log2 n bits, so what the longest has over the mean says how many lines a bit is worth.
    /// </summary>
    /// <param name="events">Lines of the stream so far.</param>
    /// <param name="windowEvents">Lines of a window: what was already missing that many lines ago counts as usual by now.</param>
    public readonly int Absence(long events, int windowEvents)
    {
        var stretch = events - Last;
        var usual = Math.Max(Longest, stretch - windowEvents);
        if (stretch <= usual) return 0;
        var mean = (Last - First) / (Count - 1.0);
        var bitsOfLongest = FixedLog.CodeLength(1.0 / Count) / (double)FixedLog.One;
        var linesPerBit = Math.Max(LeastSpread * mean, (usual - mean) / bitsOfLongest);
        return (int)((stretch - usual) / linesPerBit * FixedLog.One);
    }

    public readonly void Save(ByteBuffer target)
    {
        target.WriteFixed64(Hash);
        foreach (var number in (ReadOnlySpan<long>)[First, Last, Count, Windows, LastWindow + 1L, Longest]) target.WriteVarint((ulong)number);
    }

    public static RegularLine Load(scoped ref ReadOnlySpan<byte> source) => new()
    {
        Hash = Varint.ReadFixed64(ref source),
        First = (long)Varint.Read(ref source),
        Last = (long)Varint.Read(ref source),
        Count = (long)Varint.Read(ref source),
        Windows = (int)Varint.Read(ref source),
        LastWindow = (int)Varint.Read(ref source) - 1,
        Longest = (long)Varint.Read(ref source),
    };
}

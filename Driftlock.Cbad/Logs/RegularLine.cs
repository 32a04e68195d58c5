using System.Buffers.Binary;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Logs;

/// <summary>One template that is followed. Places are 0-based numbers of lines in the stream.</summary>
internal record struct RegularLine
{
    public const int Bytes = 48;

    public ulong Template { get; init; }

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

    public readonly void Save(ByteBuffer target)
    {
        target.WriteFixed64(Template);
        foreach (var number in (ReadOnlySpan<long>)[First, Last, Count, Windows, LastWindow + 1L, Longest]) target.WriteVarint((ulong)number);
    }

    public static RegularLine Load(scoped ref ReadOnlySpan<byte> source) => new()
    {
        Template = BinaryPrimitives.ReadUInt64LittleEndian(Varint.Take(ref source, 8)),
        First = (long)Varint.Read(ref source),
        Last = (long)Varint.Read(ref source),
        Count = (long)Varint.Read(ref source),
        Windows = (int)Varint.Read(ref source),
        LastWindow = (int)Varint.Read(ref source) - 1,
        Longest = (long)Varint.Read(ref source),
    };
}

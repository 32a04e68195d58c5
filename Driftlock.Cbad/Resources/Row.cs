using Driftlock.Cbad.Events;
using Driftlock.Cbad.Series;

namespace Driftlock.Cbad.Resources;

/// <summary>What the metrics of one resource were at one time; NaN where nothing came.</summary>
internal sealed class Row
{
    public const int Bytes = (ResourceGroup.MostMembers * sizeof(float)) + 64;

    /// <summary>Whatever tells the resources apart.</summary>
    public ulong Sender { get; set; }

    /// <summary>Offset of the log entry that began it.</summary>
    public long Entry { get; set; }

    /// <summary>When its newest point was received, nanoseconds since 1970.</summary>
    public long Received { get; set; }

    /// <summary>Of its first point.</summary>
    public ulong Time { get; set; }

    public float[] Values { get; } = new float[ResourceGroup.MostMembers];

    public void Save(ByteBuffer target)
    {
        foreach (var number in (ReadOnlySpan<ulong>)[Sender, (ulong)Entry, (ulong)Received, Time]) target.WriteFixed64(number);
        StateBytes.Write<float>(target, Values);
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public static Row Load(scoped ref ReadOnlySpan<byte> source)
    {
        var row = new Row
        {
            Sender = Varint.ReadFixed64(ref source),
            Entry = (long)Varint.ReadFixed64(ref source),
            Received = (long)Varint.ReadFixed64(ref source),
            Time = Varint.ReadFixed64(ref source),
        };
        StateBytes.Read<float>(ref source, row.Values);
        return row;
    }
}

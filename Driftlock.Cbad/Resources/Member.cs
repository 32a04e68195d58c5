using Driftlock.Cbad.Events;
using Driftlock.Cbad.Series;

namespace Driftlock.Cbad.Resources;

/// <summary>A number of a metric that is judged together with others of its resource.</summary>
/// <param name="Stream">Of the metric.</param>
/// <param name="Name">Of the metric, with its attributes.</param>
/// <param name="Kind">Of its data points.</param>
/// <param name="Channel">0-based, of <see cref="PointValues.ChannelsOf"/>.</param>
/// <param name="Unit">As the sender gave it.</param>
internal readonly record struct Member(ulong Stream, byte[] Name, PointKind Kind, int Channel, byte[] Unit)
{
    public void Save(ByteBuffer target)
    {
        target.WriteFixed64(Stream);
        target.WriteBytes(Name);
        target.WriteByte((byte)Kind);
        target.WriteByte((byte)Channel);
        target.WriteBytes(Unit);
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public static Member Load(scoped ref ReadOnlySpan<byte> source)
    {
        var member = new Member(
            Varint.ReadFixed64(ref source), Varint.ReadBytes(ref source).ToArray(), (PointKind)Varint.Take(ref source, 1)[0], Varint.Take(ref source, 1)[0],
            Varint.ReadBytes(ref source).ToArray());
        var channels = PointValues.ChannelsOf(member.Kind).Count;
        return member.Channel < channels ? member : throw new InvalidDataException($"number {member.Channel} of a data point of {channels}");
    }
}

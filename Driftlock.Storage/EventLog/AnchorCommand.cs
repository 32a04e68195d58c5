using System.Buffers.Binary;
using Driftlock.Cbad.Events;

namespace Driftlock.Storage.EventLog;

public enum AnchorAction : byte
{
    Pin = 1,
    Supersede = 2,
}

/// <summary>What somebody wants done with a stream's pinned baseline: an entry of the log, since verdicts depend on it.</summary>
public readonly record struct AnchorCommand(AnchorAction Action, StreamId Stream)
{
    private const int Bytes = 1 + sizeof(ulong);

    /// <summary>The action, then the stream's id, little-endian.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Bytes];
        bytes[0] = (byte)Action;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(1), Stream.Value);
        return bytes;
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="ToBytes"/>.</exception>
    public static AnchorCommand Parse(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Bytes && Enum.IsDefined((AnchorAction)bytes[0])
            ? new AnchorCommand((AnchorAction)bytes[0], new StreamId(BinaryPrimitives.ReadUInt64LittleEndian(bytes[1..])))
            : throw new InvalidDataException("this is no command for an anchor");
}

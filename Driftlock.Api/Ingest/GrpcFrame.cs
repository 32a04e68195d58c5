using System.Buffers.Binary;
using System.Globalization;

namespace Driftlock.Api.Ingest;

/// <summary>What a unary call of gRPC (PROTOCOL-HTTP2.md) puts around its message.</summary>
public static class GrpcFrame
{
    public const int PrefixBytes = 5;

    /// <summary>Length-Prefixed-Message: Compressed-Flag (1 byte), Message-Length (4 bytes, big-endian), Message. Unary: exactly one.</summary>
    /// <exception cref="InvalidDataException">Anything else.</exception>
    public static ReadOnlyMemory<byte> Message(ReadOnlyMemory<byte> frame, out bool compressed)
    {
        if (frame.Length < PrefixBytes) throw new InvalidDataException("no length-prefixed message");
        compressed = frame.Span[0] == 1;
        var length = BinaryPrimitives.ReadUInt32BigEndian(frame.Span[1..]);
        if (frame.Span[0] > 1 || length != frame.Length - PrefixBytes) throw new InvalidDataException("not exactly one length-prefixed message");
        return frame[PrefixBytes..];
    }

    /// <summary>Timeout := TimeoutValue (at most 8 digits) TimeoutUnit (H, M, S, m, u, n).</summary>
    public static TimeSpan? ReadTimeout(string? header)
    {
        if (header is not { Length: >= 2 and <= 9 }) return null;
        if (!int.TryParse(header.AsSpan(0, header.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return null;
        return header[^1] switch
        {
            // A timer takes at most some 49 days; nobody waits for longer than an hour.
            'H' or 'M' => TimeSpan.FromHours(1),
            'S' => TimeSpan.FromSeconds(Math.Min(value, 3600)),
            'm' => TimeSpan.FromMilliseconds(Math.Min(value, 3_600_000)),
            'u' => TimeSpan.FromMicroseconds(value),
            'n' => TimeSpan.FromMicroseconds(value / 1000.0),
            _ => null,
        };
    }
}

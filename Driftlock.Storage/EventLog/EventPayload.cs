using System.Buffers;
using System.IO.Compression;

namespace Driftlock.Storage.EventLog;

/// <summary>Compression of log payloads and snapshots: a varint length of the plain bytes, then Brotli (RFC 7932).</summary>
public static class EventPayload
{
    // Quality 1 costs a third of quality 4 for a tenth more bytes (docs/DECISIONS.md has the figures).
    private const int Quality = 1;
    private const int WindowBits = 22;

    /// <summary>A plain payload may be no longer: one request is at most 64 MiB and redaction adds little.</summary>
    public const int MaxPlainBytes = 256 << 20;

    public static byte[] Compress(ReadOnlySpan<byte> plain)
    {
        Span<byte> prefix = stackalloc byte[Cbad.Events.Varint.MaxBytes];
        var prefixLength = Cbad.Events.Varint.Write(prefix, (ulong)plain.Length);
        var buffer = ArrayPool<byte>.Shared.Rent(prefixLength + BrotliEncoder.GetMaxCompressedLength(plain.Length));
        try
        {
            prefix[..prefixLength].CopyTo(buffer);
            if (!BrotliEncoder.TryCompress(plain, buffer.AsSpan(prefixLength), out var written, Quality, WindowBits))
            {
                throw new InvalidOperationException("Brotli needed more than its own bound");
            }
            return buffer.AsSpan(0, prefixLength + written).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <exception cref="InvalidDataException">The bytes were not written by <see cref="Compress"/>.</exception>
    public static byte[] Decompress(ReadOnlySpan<byte> compressed)
    {
        var length = Cbad.Events.Varint.Read(ref compressed);
        if (length > MaxPlainBytes) throw new InvalidDataException($"payload of {length} bytes; at most {MaxPlainBytes} are allowed");
        var plain = new byte[length];
        if (!BrotliDecoder.TryDecompress(compressed, plain, out var written) || written != plain.Length)
        {
            throw new InvalidDataException("payload is not Brotli, or not of the length it names");
        }
        return plain;
    }
}

using System.Buffers;
using System.IO.Compression;

namespace Driftlock.Storage.EventLog;

/// <summary>Compression of log payloads and snapshots: a varint length of the plain bytes, then Brotli (RFC 7932).</summary>
public static class EventPayload
{
    // Quality 1 costs a third of quality 4 for a tenth more bytes (docs/DECISIONS.md has the figures).
    private const int Quality = 1;
    private const int WindowBits = 22;
    private const int FirstPlainBytes = 64 << 10;
    private const long UsualRatio = 32;

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
        // A length is only believed as far as such payloads usually unfold; beyond that it has to be borne out.
        if (length > (ulong)Math.Max(FirstPlainBytes, compressed.Length * UsualRatio)) return Unfold(compressed, (int)length);
        var plain = new byte[length];
        return BrotliDecoder.TryDecompress(compressed, plain, out var written) && written == plain.Length ? plain : throw Broken();
    }

    private static byte[] Unfold(ReadOnlySpan<byte> compressed, int length)
    {
        var plain = new byte[FirstPlainBytes];
        var written = 0;
        using var decoder = new BrotliDecoder();
        while (true)
        {
            var status = decoder.Decompress(compressed, plain.AsSpan(written), out var consumed, out var unfolded);
            compressed = compressed[consumed..];
            written += unfolded;
            if (status == OperationStatus.Done && written == length) return plain;
            if (status != OperationStatus.DestinationTooSmall || written >= length) throw Broken();
            Array.Resize(ref plain, (int)Math.Min(length, plain.Length * 2L));
        }
    }

    private static InvalidDataException Broken() => new("payload is not Brotli, or not of the length it names");
}

using System.IO.Compression;
using Driftlock.Api.Ingest;
using Driftlock.Telemetry.Files;

namespace Driftlock.Api.Playground;

/// <summary>How long a file is after decompression, found without keeping it: a bomb is refused before anything is said of its content.</summary>
internal static class UnpackedLength
{
    private const int AtOnce = 64 << 10;

    /// <param name="file">Plain or gzip; stands at its beginning before and after.</param>
    /// <param name="limit">Bytes.</param>
    /// <param name="stop">Ends it early.</param>
    /// <exception cref="BodyTooLargeException">More than the limit.</exception>
    /// <exception cref="FileFormatException">It begins as gzip does, and is none, or is cut off.</exception>
    public static long Of(MemoryStream file, int limit, CancellationToken stop)
    {
        if (!ScanInput.IsGzip(file)) return file.Length;
        var length = 0L;
        var (buffer, kept) = (new byte[AtOnce], 0);
        try
        {
            using var closed = new GzipSeal(file);
            using var plain = new GZipStream(closed, CompressionMode.Decompress, leaveOpen: true);
            // The last bytes of what was read stay in front of what is read next: the seal may come in two parts.
            for (int read; (read = plain.Read(buffer.AsSpan(kept))) > 0;)
            {
                stop.ThrowIfCancellationRequested();
                if ((length += read) > limit + GzipSeal.Plain.Length) throw new BodyTooLargeException(limit);
                var end = kept + read;
                kept = Math.Min(end, GzipSeal.Plain.Length);
                buffer.AsSpan(end - kept, kept).CopyTo(buffer);
            }
        }
        catch (InvalidDataException failure)
        {
            throw new FileFormatException($"the gzip is broken: {failure.Message}");
        }
        if (!buffer.AsSpan(0, kept).SequenceEqual(GzipSeal.Plain)) throw new FileFormatException("the gzip is broken: it ends early, or is followed by something else");
        file.Position = 0;
        return length - GzipSeal.Plain.Length;
    }
}

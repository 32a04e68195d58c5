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
    /// <exception cref="FileFormatException">It begins as gzip does, and is none.</exception>
    public static long Of(MemoryStream file, int limit, CancellationToken stop)
    {
        if (!ScanInput.IsGzip(file)) return file.Length;
        var length = 0L;
        var buffer = new byte[AtOnce];
        try
        {
            using var plain = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            for (int read; (read = plain.Read(buffer)) > 0;)
            {
                stop.ThrowIfCancellationRequested();
                if ((length += read) > limit) throw new BodyTooLargeException(limit);
            }
        }
        catch (InvalidDataException failure)
        {
            throw new FileFormatException($"the gzip is broken: {failure.Message}");
        }
        file.Position = 0;
        return length;
    }
}

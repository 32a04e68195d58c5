using System.Runtime.InteropServices;

namespace Driftlock.Cli.Bench;

/// <summary>The system's libzstd, only as a yardstick: no verdict depends on it.</summary>
internal static partial class Zstandard
{
    private const string Library = "libzstd.so.1";

    public static bool IsPresent { get; } = NativeLibrary.TryLoad(Library, out _);

    public static nuint Bound(int length) => CompressBound((nuint)length);

    /// <summary>Compressed length.</summary>
    /// <exception cref="InvalidOperationException">libzstd refused.</exception>
    public static long Compress(ReadOnlySpan<byte> source, Span<byte> target, int level)
    {
        var written = Compress(target, (nuint)target.Length, source, (nuint)source.Length, level);
        return IsError(written) == 0 ? (long)written : throw new InvalidOperationException("libzstd failed");
    }

    [LibraryImport(Library, EntryPoint = "ZSTD_compressBound")]
    private static partial nuint CompressBound(nuint length);

    [LibraryImport(Library, EntryPoint = "ZSTD_compress")]
    private static partial nuint Compress(Span<byte> target, nuint capacity, ReadOnlySpan<byte> source, nuint length, int level);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint code);
}

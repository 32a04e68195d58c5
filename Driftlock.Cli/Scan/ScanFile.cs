using Driftlock.Telemetry.Files;

namespace Driftlock.Cli.Scan;

/// <summary>Opens what `scan` was asked to look at: a file, a gzip file or standard input.</summary>
internal static class ScanFile
{
    /// <exception cref="InputException">No such file.</exception>
    /// <exception cref="FileFormatException">Empty, or not text.</exception>
    public static ScanInput Open(string path)
    {
        if (path == "-") return new ScanInput("standard input", Console.OpenStandardInput());
        if (!File.Exists(path)) throw new InputException($"{path}: no such file");
        return new ScanInput(path, new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1, FileOptions.SequentialScan));
    }
}

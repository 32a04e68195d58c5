using System.IO.Compression;
using System.Text;
using Driftlock.Telemetry.Files;

namespace Driftlock.Cli.Replay;

internal enum ReplayFormat
{
    Text,
    PlainJson,
    OtlpJson,
}

/// <summary>Opens a file, gzip or not, and tells from its first line what it holds.</summary>
internal static class ReplayFile
{
    public static StreamReader Open(string path)
    {
        if (!File.Exists(path)) throw new InputException($"{path}: no such file");
        Stream file = File.OpenRead(path);
        if (file.ReadByte() == 0x1f && file.ReadByte() == 0x8b)
        {
            file.Position = 0;
            file = new GZipStream(file, CompressionMode.Decompress);
        }
        else file.Position = 0;
        return new StreamReader(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 16);
    }

    public static ReplayFormat FormatOf(string firstLine)
    {
        if (!firstLine.TrimStart().StartsWith('{')) return ReplayFormat.Text;
        return ExportRequest.SignalOf(Encoding.UTF8.GetBytes(firstLine)) is null ? ReplayFormat.PlainJson : ReplayFormat.OtlpJson;
    }
}

using System.IO.Compression;
using Driftlock.Tests.Telemetry;
using Microsoft.Extensions.Logging;

namespace Driftlock.Tests.EndToEnd;

/// <summary>
/// BGL, the log of a supercomputer: first 1,000 consecutive lines of 3 June 2005, then the 2,000
/// lines sampled from that day and the months after, of which the ninth is the first alert. The sample alone will not do: 94 of its 143 alerts
/// stand among the first 400 lines, where the stream is still being learnt, and those after are no stranger than the changes around them.
/// </summary>
public sealed class RealLog(Deployment deployment) : Scenario(deployment)
{
    private const int Consecutive = 1000;

    private string[] _lines = [];

    public override (string Sdk, string Replay) Services => ("bgl-sdk", "bgl-replay");

    // The first column is what a person thought of the line; no sender passes it on.
    public override bool IsAlert(long line, string text) =>
        _lines[line][0] != '-' && text.Contains(Unlabelled(_lines[line]).Trim(), StringComparison.Ordinal);

    protected override async Task<IReadOnlyList<(LogLevel Level, string Text)>> LinesAsync()
    {
        var logs = DevelopmentData.Directory("logs");
        var first = await ReadAsync(Path.Combine(logs, "bgl_raw_5000", "BGL_5000.log.gz"));
        _lines = [.. first.Take(Consecutive), .. await ReadAsync(Path.Combine(logs, "loghub_2k", "BGL_2k.log.gz"))];
        return [.. _lines.Select(line => (LogLevel.Information, Unlabelled(line)))];
    }

    protected override async Task<string> FileAsync(string service)
    {
        var path = Path.Combine(Folder, $"{service}.log.gz");
        await using var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        await using var writer = new StreamWriter(gzip);
        foreach (var line in _lines) await writer.WriteAsync(line + '\n');
        return path;
    }

    protected override string[] ReplayArguments(string service) => ["--service", service, "--drop-label"];

    private static string Unlabelled(string line) => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    private static async Task<List<string>> ReadAsync(string path)
    {
        Assert.SkipUnless(File.Exists(path), $"the public log {Path.GetFileName(path)} is not there: set DRIFTLOCK_DATA to have it");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var lines = new List<string>();
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line) lines.Add(line);
        return lines;
    }
}

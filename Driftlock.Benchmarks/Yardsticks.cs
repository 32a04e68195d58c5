using System.IO.Compression;
using BenchmarkDotNet.Attributes;
using Driftlock.Cli.Bench;

namespace Driftlock.Benchmarks;

/// <summary>One line of the log that <see cref="LogScoring"/> reads, compressed: what the engine's speed is measured in.</summary>
public class Yardsticks
{
    private const int Lines = 50_000;

    private byte[] _log = [];
    private byte[] _target = [];

    [GlobalSetup]
    public void MakeTheLog()
    {
        _log = [.. SampleLog.Make(Lines, seed: 1).SelectMany(line => line.Append((byte)'\n'))];
        _target = new byte[BrotliEncoder.GetMaxCompressedLength(_log.Length) + 1024];
    }

    /// <remarks>Fails where the system has no libzstd.so.1.</remarks>
    [Benchmark(OperationsPerInvoke = Lines)]
    public long Zstandard3() => Zstandard.Compress(_log, _target, 3);

    [Benchmark(OperationsPerInvoke = Lines)]
    public bool Brotli1() => BrotliEncoder.TryCompress(_log, _target, out _, quality: 1, window: 22);
}

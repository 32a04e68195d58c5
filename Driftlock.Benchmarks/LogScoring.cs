using BenchmarkDotNet.Attributes;
using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Cli.Bench;

namespace Driftlock.Benchmarks;

/// <summary>One log line through the whole engine: model, statistics, calibration, error budget, and evidence where a window is flagged.</summary>
public class LogScoring
{
    private const int LinesABlock = 512;
    private const int Known = 100 * LinesABlock;

    private readonly PartitionEngine _engine = new(new EngineConfiguration());
    private readonly List<Verdict> _verdicts = [];
    private readonly List<byte[]> _blocks = [];
    private long _offset;

    [GlobalSetup]
    public void LearnTheStream()
    {
        var writer = new EventWriter();
        foreach (var lines in SampleLog.Make(2 * Known, seed: 1).Chunk(LinesABlock))
        {
            writer.Clear();
            foreach (var line in lines)
            {
                writer.Begin(0, 0, default, line);
                writer.End();
            }
            var block = new ByteBuffer();
            EventBlock.Write(block, Signal.Logs, "bench"u8, "bench"u8, default, 0, writer.Written, writer.EventCount);
            _blocks.Add(block.Written.ToArray());
        }
        for (var i = 0; i < Known / LinesABlock; i++) Observe();
    }

    [Benchmark(OperationsPerInvoke = LinesABlock)]
    public void Observe()
    {
        ReadOnlySpan<byte> bytes = _blocks[(int)(_offset % _blocks.Count)];
        EventBlock.TryRead(ref bytes, out var block);
        _engine.Observe(0, block, new LogPosition(0, _offset), ++_offset, _verdicts);
        _verdicts.Clear();
    }
}

using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Engine;
using Driftlock.Tests.Traces;

namespace Driftlock.Tests.Fuzz.Targets;

/// <summary>
/// Log entries judged by an engine, several hundred events of a stream: what it cannot judge would stop its partition for good.
/// <see cref="InvalidDataException"/> refuses what no writer wrote. The verdicts are the same the second time, and their evidence verifies.
/// </summary>
internal sealed class EngineTarget : FuzzTarget
{
    private const long Second = 1_000_000_000;

    private static readonly EngineConfiguration Configuration = new() { WindowEvents = 10, BaselineEvents = 40, FalseDiscoveryRate = 0.99 };

    private List<Verdict> _verdicts = [];

    public override string Name => "engine";

    public override int ShortRound => 300;

    public override int Share => 5;

    public override long MostAllocated(int inputBytes) => (16L << 20) + (256L * inputBytes);

    public override bool Takes(byte[] input)
    {
        try
        {
            _verdicts = Judge(input);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    public override void Check(byte[] input)
    {
        Assert.Equal(_verdicts.Select(verdict => verdict.Image()), Judge(input).Select(verdict => verdict.Image()));
        foreach (var evidence in _verdicts.Select(verdict => verdict.Evidence).OfType<Evidence>())
        {
            Assert.Empty(EvidenceVerifier.Verify(EvidenceJson.Write(evidence)).Differences);
        }
    }

    public override byte[] Next(SeededRandom random) => Mutator.Next(random, Seeds, ByteMutation.Apply);

    protected override IEnumerable<byte[]> MakeSeeds()
    {
        yield return [.. LogEvents.Ordinary(120, 1).Chunk(30).SelectMany(lines => LogEvents.Block(lines))];
        for (var kind = PointKind.Gauge; kind <= PointKind.Summary; kind++)
        {
            var numbers = Enumerable.Range(0, 100).Select(i => Point(kind, i)).ToArray();
            yield return [.. MetricEvents.Block(numbers, 0, kind, "one", resource: "host"), .. MetricEvents.Block(numbers, 0, kind, "two", resource: "host")];
        }
        var traces = new SyntheticTraces(7);
        yield return [.. Enumerable.Range(0, 40).SelectMany(i => SpanEvents.Entry((ulong)i + 1, traces.Next(i > 35 ? SyntheticTraces.Provider : 0, 30)))];
    }

    private static List<Verdict> Judge(byte[] input)
    {
        var engine = new PartitionEngine(Configuration);
        var verdicts = new List<Verdict>();
        ReadOnlySpan<byte> rest = input;
        var offset = 0L;
        for (; EventBlock.TryRead(ref rest, out var block); offset++) engine.Observe(1, block, new LogPosition(0, offset), offset * Second, verdicts);
        engine.Tick(new LogPosition(0, offset), long.MaxValue, verdicts);
        return verdicts;
    }

    private static double[] Point(PointKind kind, int i) => kind switch
    {
        <= PointKind.DeltaSum => [100 + (i * 7 % 13) + (i > 80 ? 1e6 : 0)],
        <= PointKind.DeltaHistogram => [10 + i, 30 + i, 1, 9, 1, 5, 4, 3 + i, 3],
        <= PointKind.DeltaExponentialHistogram => [10 + i, 30, 1, 9, 2, 1, 0, -3, 2, 4, 3 + i, -1, 2],
        _ => [10 + i, 30, double.NaN, double.NaN, 0.5, 3, 0.99, 9 + (i % 3)],
    };
}

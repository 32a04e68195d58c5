using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Engine;
using Driftlock.Tests.Traces;

namespace Driftlock.Tests.Fuzz.Targets;

/// <summary>
/// The state of one stream in a snapshot: <see cref="InvalidDataException"/> refuses it. What is loaded is saved in a form that loads again and
/// holds as much.
/// </summary>
internal sealed class SnapshotTarget : FuzzTarget
{
    private static readonly StreamId Stream = new(1);

    private PartitionEngine _engine = new(new EngineConfiguration());

    public override string Name => "snapshot-stream";

    public override int ShortRound => 2_000;

    public override int Share => 40;

    public override long MostAllocated(int inputBytes) => (4L << 20) + (64L * inputBytes);

    public override bool Takes(byte[] input)
    {
        _engine = new PartitionEngine(new EngineConfiguration());
        try
        {
            _engine.LoadStream(Stream, input);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    public override void Check(byte[] input)
    {
        var once = Saved(_engine);
        _engine = new PartitionEngine(new EngineConfiguration());
        _engine.LoadStream(Stream, once);
        // Hash tables are saved slot by slot, and where entries wrap around the end the slots depend on the order of loading.
        Assert.Equal(once.Length, Saved(_engine).Length);
    }

    public override byte[] Next(SeededRandom random) => Mutator.Next(random, Seeds, ByteMutation.Apply);

    protected override IEnumerable<byte[]> MakeSeeds()
    {
        var engine = new PartitionEngine(new EngineConfiguration { WindowEvents = 10, BaselineEvents = 40 });
        Fill(engine);
        foreach (var stream in engine.ChangedStreams)
        {
            var state = new ByteBuffer();
            engine.SaveStream(stream, state);
            yield return state.Written.ToArray();
        }
    }

    /// <summary>Streams of every kind, with open windows, sessions and traces.</summary>
    public static void Fill(PartitionEngine engine)
    {
        var verdicts = new List<Verdict>();
        engine.Feed(LogEvents.Block(LogEvents.Ordinary(75, 1)), 1, verdicts);
        for (var i = 0; i < 75; i++)
        {
            foreach (var name in (string[])["one", "two", "three"]) engine.Feed(MetricEvents.Block([[i * 7 % 13]], i, name: name, resource: "host"), 2 + i, verdicts);
        }
        engine.Feed(MetricEvents.Block([.. Enumerable.Range(0, 75).Select(i => new double[] { 10 + i, 30, 1, 9, 2, 1, 0, -3, 2, 4, 3 + i, -1, 2 })], 0, PointKind.DeltaExponentialHistogram, "four"), 100, verdicts);
        var traces = new SyntheticTraces(7);
        for (var i = 0; i < 20; i++) engine.FeedEntry(SpanEvents.Entry((ulong)i + 1, traces.Next()), 200 + i, 1_000_000_000L * i, verdicts);
    }

    private static byte[] Saved(PartitionEngine engine)
    {
        var state = new ByteBuffer();
        engine.SaveStream(Stream, state);
        return state.Written.ToArray();
    }
}

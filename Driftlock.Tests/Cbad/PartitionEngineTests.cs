using Driftlock.Cbad;
using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Tests.Engine;

public sealed class PartitionEngineTests
{
    private const string Foreign = "Dec 10 06:55:46 LabSZ sshd[24200]: reverse mapping checking getaddrinfo for ns.example.com failed - POSSIBLE BREAK-IN";

    [Fact]
    public void A_single_foreign_line_becomes_an_anomaly_and_is_named_costliest()
    {
        var verdicts = LogEvents.Run(LogEvents.Ordinary(2000, 1).With(1512, Foreign));
        var anomaly = Assert.Single(verdicts, verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.Equal(1500, anomaly.FirstEvent);
        var explanation = anomaly.Evidence!.Explanation;
        Assert.Equal(1512, explanation.Lines[explanation.Costliest[0]].Event);
        Assert.True(explanation.Lines[explanation.Costliest[0]].IsNew);
        Assert.Contains("new kind of message", explanation.Why, StringComparison.Ordinal);
        Assert.Equal(3, explanation.NearestNormals.Count);
        Assert.NotEmpty(explanation.Lines[explanation.Costliest[0]].Expected);
    }

    [Fact]
    public void Ordinary_lines_raise_no_alarm()
    {
        for (ulong seed = 10; seed < 20; seed++)
            Assert.DoesNotContain(LogEvents.Run(LogEvents.Ordinary(3000, seed)), verdict => verdict.Kind == VerdictKind.Anomaly);
    }

    [Fact]
    public void Every_event_lies_in_exactly_one_window()
    {
        var verdicts = LogEvents.Run(LogEvents.Ordinary(1234, 2), perBlock: 77);
        long next = 0;
        foreach (var verdict in verdicts)
        {
            Assert.Equal(next, verdict.FirstEvent);
            next += verdict.EventCount;
        }
        Assert.Equal(1234, next);
    }

    [Fact]
    public void The_same_events_in_other_blocks_give_the_same_windows()
    {
        var lines = LogEvents.Ordinary(1500, 3).With(1203, Foreign);
        var expected = LogEvents.Run(lines, 50).Select(verdict => (verdict.Kind, verdict.FirstEvent, verdict.EventCount, verdict.PValue)).ToList();
        foreach (var size in new[] { 1, 7, 49, 333, 1500 })
            Assert.Equal(expected, LogEvents.Run(lines, size).Select(verdict => (verdict.Kind, verdict.FirstEvent, verdict.EventCount, verdict.PValue)));
    }

    [Fact]
    public void An_engine_restored_from_a_snapshot_goes_on_byte_for_byte()
    {
        var lines = LogEvents.Ordinary(1400, 4).With(815, Foreign).With(1203, Foreign, "totally other words appear now");
        var blocks = lines.Chunk(37).Select((chunk, i) => LogEvents.Block(chunk, i % 3 == 0 ? "cart" : "shop")).ToList();
        var undisturbed = new PartitionEngine(new EngineConfiguration { BaselineEvents = 200 });
        var expected = new List<Verdict>();
        for (var i = 0; i < blocks.Count; i++) undisturbed.Feed(blocks[i], i, expected);
        Assert.Contains(expected, verdict => verdict.Kind == VerdictKind.Anomaly);
        for (var cut = 1; cut < blocks.Count; cut += 3)
        {
            var before = new PartitionEngine(new EngineConfiguration { BaselineEvents = 200 });
            var verdicts = new List<Verdict>();
            for (var i = 0; i < cut; i++) before.Feed(blocks[i], i, verdicts);
            var after = new PartitionEngine(new EngineConfiguration());
            var state = new ByteBuffer();
            before.SaveBudgets(state);
            after.LoadBudgets(state.Written);
            foreach (var stream in before.ChangedStreams)
            {
                state.Clear();
                before.SaveStream(stream, state);
                after.LoadStream(stream, state.Written);
            }
            for (var i = cut; i < blocks.Count; i++) after.Feed(blocks[i], i, verdicts);
            Assert.Equal(expected.Select(verdict => verdict.Image()), verdicts.Select(verdict => verdict.Image()));
        }
    }

    [Fact]
    public void A_silent_stream_is_judged_short_by_a_tick()
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        engine.Feed(LogEvents.Block(["one", "two"]), 0, verdicts);
        Assert.Empty(verdicts);
        Assert.True(engine.HasOpenWindows);
        engine.Tick(new LogPosition(0, 1), 1_000_000 + engine.Configuration.IdleWindowNano, verdicts);
        Assert.Empty(verdicts);
        engine.Tick(new LogPosition(0, 2), 1_000_001 + engine.Configuration.IdleWindowNano, verdicts);
        Assert.Equal(2, Assert.Single(verdicts).EventCount);
        Assert.False(engine.HasOpenWindows);
    }

    [Fact]
    public void Progress_says_how_many_events_are_missing()
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        engine.Feed(LogEvents.Block(LogEvents.Ordinary(150, 5)), 0, []);
        var progress = engine.Progress(engine.ChangedStreams.Single());
        Assert.Equal((150, 250), (progress.EventsSeen, progress.EventsNeeded));
    }

    [Fact]
    public void Metrics_and_traces_are_counted_but_not_judged()
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        engine.Feed(LogEvents.Block(LogEvents.Ordinary(120, 6), signal: Signal.Traces), 0, verdicts);
        Assert.Equal(2, verdicts.Count);
        Assert.All(verdicts, verdict => Assert.Equal(VerdictKind.Calibrating, verdict.Kind));
    }

    [Fact]
    public void A_stream_of_nothing_but_novelty_stays_under_its_memory_cap()
    {
        var random = new SeededRandom(7);
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        for (var offset = 0; offset < 300; offset++)
        {
            var lines = Enumerable.Range(0, 50).Select(_ => string.Concat(Enumerable.Range(0, 60).Select(_ => (char)(32 + random.Below(95))))).ToList();
            lines[0] = new string('x', 100_000) + lines[0];
            engine.Feed(LogEvents.Block(lines), offset, verdicts);
            Assert.InRange(engine.Progress(engine.ChangedStreams.Single()).StateBytes, 0, PartitionEngine.MaxStreamBytes);
            verdicts.Clear();
        }
    }

    [Fact]
    public void An_event_that_closes_no_window_allocates_nothing()
    {
        var engine = new PartitionEngine(new EngineConfiguration { WindowEvents = 200, BaselineEvents = 1000 });
        var lines = LogEvents.Ordinary(200, 8);
        var whole = LogEvents.Block(lines);
        var most = LogEvents.Block(lines[..190]);
        var rest = LogEvents.Block(lines[190..]);
        var verdicts = new List<Verdict>(100);
        for (var i = 0; i < 40; i++) engine.Feed(whole, i, verdicts);
        engine.Feed(most, 40, verdicts);
        engine.Feed(rest, 41, verdicts);
        engine.Feed(LogEvents.Block(lines[..1]), 42, verdicts);
        var before = GC.GetAllocatedBytesForCurrentThread();
        engine.Feed(most, 43, verdicts);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_window_that_is_not_flagged_allocates_its_verdict_and_little_more()
    {
        // Evidence is built for flagged windows only, and may allocate: a rate this low flags none.
        var engine = new PartitionEngine(new EngineConfiguration { FalseDiscoveryRate = 1e-200 });
        var block = LogEvents.Block(LogEvents.Ordinary(500, 8));
        var verdicts = new List<Verdict>(1000);
        for (var i = 0; i < 40; i++) engine.Feed(block, i, verdicts);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 40; i < 60; i++) engine.Feed(block, i, verdicts);
        var perWindow = (GC.GetAllocatedBytesForCurrentThread() - before) / (20.0 * 10);
        // Beside the verdict: now and then a window is kept as an example of a normal one.
        Assert.InRange(perWindow, 1, 400);
    }

    [Fact]
    public void Exact_logarithm_and_exponential_agree_with_the_library_to_twelve_digits()
    {
        var random = new SeededRandom(9);
        for (var i = 0; i < 10_000; i++)
        {
            var x = Math.Exp((random.Unit() * 600) - 300);
            Assert.Equal(1, ExactMath.Log(x) / Math.Log(x), 12);
            var y = (random.Unit() * 600) - 300;
            Assert.Equal(1, ExactMath.Exp(y) / Math.Exp(y), 12);
            var p = 1 - random.Unit();
            Assert.InRange(FixedLog.CodeLength(p) - (-Math.Log2(p) * FixedLog.One), -1, 25);
        }
    }

    [Fact]
    public void A_rank_below_the_kept_scores_is_never_too_bold()
    {
        var random = new SeededRandom(10);
        var history = new ScoreHistory();
        var all = new List<int>();
        for (var i = 0; i < 5000; i++)
        {
            var value = random.Below(random.Below(2) == 0 ? 50 : 5_000_000);
            history.Add(value);
            all.Add(value);
            var probe = random.Below(5_000_000);
            Assert.True(history.AtLeast(probe) >= all.Count(v => v >= probe));
        }
    }
}

using System.Text;
using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Sessions;
using Driftlock.Tests.Engine;

namespace Driftlock.Tests.Sessions;

public sealed class SessionStateTests
{
    private readonly ClosedSession _closed = new();

    [Fact]
    public void An_engine_cut_anywhere_goes_on_byte_for_byte()
    {
        var sessions = SyntheticSessions.Many(1250, 1).ToList();
        sessions[1200] = SyntheticSessions.Faulty("broken off", new SeededRandom(2));
        var blocks = SessionEvents.Blocks(SessionEvents.Records(sessions, 3), perBlock: 40).ToList();
        var undisturbed = new PartitionEngine(new EngineConfiguration());
        var expected = new List<Verdict>();
        for (var i = 0; i < blocks.Count; i++) SessionEvents.Feed(undisturbed, blocks[i], i, expected);
        undisturbed.Tick(new LogPosition(0, blocks.Count), long.MaxValue, expected);
        Assert.Contains(expected, verdict => verdict.Kind == VerdictKind.Anomaly && verdict.Unit == JudgedUnit.Session);
        var image = Image(undisturbed);
        foreach (var cut in new[] { 1, 7, blocks.Count / 3, blocks.Count - 20, blocks.Count - 3 })
        {
            var before = new PartitionEngine(new EngineConfiguration());
            var verdicts = new List<Verdict>();
            for (var i = 0; i < cut; i++) SessionEvents.Feed(before, blocks[i], i, verdicts);
            var after = Restored(before);
            Assert.Equal(before.HasOpenWindows, after.HasOpenWindows);
            for (var i = cut; i < blocks.Count; i++) SessionEvents.Feed(after, blocks[i], i, verdicts);
            after.Tick(new LogPosition(0, blocks.Count), long.MaxValue, verdicts);
            Assert.Equal(expected.Select(verdict => verdict.Image()), verdicts.Select(verdict => verdict.Image()));
            Assert.Equal(image, Image(after));
        }
    }

    [Theory]
    [InlineData(50)]
    [InlineData(200)]
    public void A_stream_of_nothing_but_novelty_in_sessions_stays_under_its_bound(int windowEvents)
    {
        var random = new SeededRandom(4);
        var engine = new PartitionEngine(new EngineConfiguration { SessionKey = "key", WindowEvents = windowEvents, BaselineEvents = 4 * windowEvents, FalseDiscoveryRate = 1e-200 });
        var verdicts = new List<Verdict>();
        for (var offset = 0; offset < 400; offset++)
        {
            engine.Feed(Block(Novelty(random, offset)), offset, verdicts);
            Assert.InRange(engine.Progress(engine.ChangedStreams.Single()).StateBytes, 0, PartitionEngine.MaxStreamBytes);
        }
        Assert.Contains(verdicts, verdict => verdict.Unit == JudgedUnit.Session);
    }

    [Fact]
    public void Sessions_of_nothing_but_novelty_stay_under_their_own_bound()
    {
        var random = new SeededRandom(5);
        var sessions = new LogSessions("key"u8.ToArray());
        for (var offset = 0; offset < 400; offset++)
        {
            Observe(sessions, Novelty(random, offset).Written, offset * 50);
            Assert.InRange(sessions.Bytes, 0, LogSessions.MaxBytes);
            Assert.InRange(sessions.Bytes - sessions.Records.Bytes, 0, LogSessions.MaxBytesWithoutRecords);
        }
        Assert.InRange(sessions.Past.Model.Sessions, 500, long.MaxValue);
        Assert.InRange(sessions.Past.Model.Templates.Count, 1, SessionCapacity.Live.Templates);
        Assert.InRange(sessions.Past.Model.Bytes, 1, 120 * 1024);
    }

    [Fact]
    public void At_the_bound_the_session_that_was_idle_longest_is_taken_out()
    {
        var open = new OpenSessions();
        for (var i = 1; i <= OpenSessions.MaxSessions; i++) open.Add(Key(i), new SessionEvent { Template = (ulong)i }, i, i);
        Assert.True(open.IsFull);
        Assert.True(open.TryTake(300, _closed));
        Assert.Equal(1, _closed.FirstEvent);
        Assert.False(open.TryTake(300, _closed));
        open.Add(Key(2), new SessionEvent { Template = 7 }, 400, 400);
        open.Add(Key(1), new SessionEvent { Template = 8 }, 401, 401);
        Assert.True(open.TryTake(402, _closed));
        Assert.Equal(3, _closed.FirstEvent);
        Assert.Equal(Key(3).ToArray(), _closed.Key.ToArray());
    }

    [Fact]
    public void Of_a_long_session_the_first_events_are_kept_and_all_are_counted()
    {
        var open = new OpenSessions();
        for (var i = 0; i < 3000; i++) open.Add(Key(1), new SessionEvent { Template = (ulong)i + 1 }, 10 + i, i);
        Assert.True(open.TryTake(long.MaxValue, _closed));
        Assert.Equal((3000, OpenSessions.MaxEventsOfOne), (_closed.Count, _closed.Events.Length));
        Assert.Equal((1UL, 512UL, 511u), (_closed.Templates[0], _closed.Templates[^1], _closed.Events[^1].Offset));
        Assert.Equal((0, 0), (open.Count, open.Events));
        for (var i = 0; i < OpenSessions.MaxEvents; i++) open.Add(Key(i % 8), new SessionEvent { Template = 1 }, i, i);
        Assert.True(open.IsFull);
        Assert.True(open.TryTake(OpenSessions.MaxEvents, _closed));
        Assert.Equal(OpenSessions.MaxEvents / 8, _closed.Count);
        Assert.Throws<InvalidOperationException>(Overfill);

        void Overfill()
        {
            for (var i = 0; i < OpenSessions.MaxEvents; i++) open.Add(Key(i % 8), new SessionEvent { Template = 1 }, i, i);
        }
    }

    [Fact]
    public void Where_lines_leave_little_room_an_engine_cut_anywhere_still_keeps_the_same_records()
    {
        var undisturbed = new PartitionEngine(new EngineConfiguration { SessionKey = "key" });
        var restored = new PartitionEngine(new EngineConfiguration { SessionKey = "key" });
        var random = new SeededRandom(6);
        for (var offset = 0; offset < 150; offset++)
        {
            var block = Block(Novelty(random, offset));
            undisturbed.Feed(block, offset, []);
            restored.Feed(block, offset, []);
            if (offset % 7 == 0) restored = Restored(restored);
        }
        Assert.Equal(Image(undisturbed), Image(restored));
    }

    [Fact]
    public void Records_of_known_sessions_allocate_nothing()
    {
        var blocks = SessionEvents.Blocks(SessionEvents.Records(SyntheticSessions.Many(2000, 5), 6), perBlock: 40).ToList();
        var engine = new PartitionEngine(new EngineConfiguration { FalseDiscoveryRate = 1e-200 });
        var verdicts = new List<Verdict>(10_000);
        for (var i = 0; i < blocks.Count - 5; i++) SessionEvents.Feed(engine, blocks[i], i, verdicts);
        var found = verdicts.Count;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = blocks.Count - 5; i < blocks.Count; i++) SessionEvents.Feed(engine, blocks[i], i, verdicts);
        // A verdict is an object; now and then a window is kept as an example of a normal one.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, (verdicts.Count - found) * 400);
    }

    private static EventWriter Novelty(SeededRandom random, int block)
    {
        var events = new EventWriter();
        for (var i = 0; i < 50; i++)
        {
            var length = block % 3 == 0 ? 2000 : 20 + random.Below(200);
            events.Begin(0, 9, Encoding.UTF8.GetBytes($"n{random.Below(1000)}"), Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, length).Select(_ => (char)(32 + random.Below(95))))));
            events.Attribute("key"u8, Encoding.UTF8.GetBytes(random.Below(30) == 0 ? "endless" : new string('k', 60) + random.Below(block % 50 == 0 ? 4000 : 400)));
            for (var k = 0; k < 6; k++) events.Attribute(Encoding.UTF8.GetBytes($"k{random.Below(300)}"), "v"u8);
            events.End();
        }
        return events;
    }

    private static byte[] Block(EventWriter events)
    {
        var payload = new ByteBuffer();
        EventBlock.Write(payload, Signal.Logs, "shop"u8, "scope"u8, default, 0, events.Written, events.EventCount);
        return payload.Written.ToArray();
    }

    private void Observe(LogSessions sessions, ReadOnlySpan<byte> events, long number)
    {
        var reader = new EventReader(Signal.Logs, events);
        while (reader.Next(out var view))
        {
            while (sessions.Open.TryTake(number, _closed))
                if (sessions.IsWorthJudging(_closed)) sessions.Learn(_closed, sessions.Past.Judge(_closed.Templates), flagged: false);
            sessions.Add(LogSessions.KeyOf(view, "key"u8), view, Cbad.Logs.LineModel.TemplateOf(view), number, number);
            number++;
        }
    }

    private static PartitionEngine Restored(PartitionEngine engine)
    {
        var restored = new PartitionEngine(new EngineConfiguration());
        var state = new ByteBuffer();
        engine.SaveBudgets(state);
        restored.LoadBudgets(state.Written);
        state.Clear();
        engine.SaveStream(engine.ChangedStreams.Single(), state);
        restored.LoadStream(engine.ChangedStreams.Single(), state.Written);
        return restored;
    }

    private static byte[] Image(PartitionEngine engine)
    {
        var image = new ByteBuffer();
        engine.SaveBudgets(image);
        engine.SaveStream(engine.ChangedStreams.Single(), image);
        return image.Written.ToArray();
    }

    private static ReadOnlySpan<byte> Key(int number) => Encoding.UTF8.GetBytes($"session {number}");
}

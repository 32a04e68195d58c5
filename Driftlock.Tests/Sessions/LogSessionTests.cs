using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Engine;

namespace Driftlock.Tests.Sessions;

public sealed class LogSessionTests
{
    [Fact]
    public void A_session_that_lacks_a_step_it_always_has_is_an_anomaly_and_the_step_is_named()
    {
        var sessions = SyntheticSessions.Many(4000, 1).ToList();
        sessions[3500] = SyntheticSessions.Faulty("missing event", new SeededRandom(2));
        var anomaly = Assert.Single(SessionEvents.Run(sessions, 3), verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.True(anomaly.Unit == JudgedUnit.Session);
        var explanation = anomaly.Evidence!.Explanation;
        Assert.StartsWith("Trace 00000000000000000000000000000dad in shop never reached \"order ", explanation.Why, StringComparison.Ordinal);
        Assert.Contains(" is paid\", which 100 % of 3,", explanation.Why, StringComparison.Ordinal);
        var step = explanation.Session!.Counts[0];
        Assert.Equal((0, 1, 1), (step.Count, step.Usual, step.PresentShare));
        var costliest = explanation.Lines[explanation.Costliest[0]];
        Assert.Equal("order 3501 closed {thread=main}", costliest.Text);
        Assert.EndsWith(" is paid", costliest.Expected[0].Text, StringComparison.Ordinal);
        Assert.True(costliest.Bits > costliest.ExpectedBits + 5);
    }

    [Fact]
    public void A_session_that_breaks_off_says_what_it_did_not_reach()
    {
        var sessions = SyntheticSessions.Many(3000, 4).ToList();
        sessions[2500] = SyntheticSessions.Faulty("broken off", new SeededRandom(5));
        var anomaly = Assert.Single(SessionEvents.Run(sessions, 6), verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.Contains(" never reached ", anomaly.Evidence!.Explanation.Why, StringComparison.Ordinal);
        Assert.Contains(" of line that most of them have", anomaly.Evidence!.Explanation.Why, StringComparison.Ordinal);
        Assert.Equal(3, anomaly.EventCount);
    }

    [Fact]
    public void Ordinary_sessions_raise_no_alarm()
    {
        for (ulong seed = 20; seed < 26; seed++)
            Assert.True(SessionEvents.Run(SyntheticSessions.Many(2500, seed), seed).All(verdict => verdict.Kind != VerdictKind.Anomaly), $"seed {seed}");
    }

    [Fact]
    public void A_fault_that_stays_is_one_alarm_and_becomes_what_is_usual()
    {
        var random = new SeededRandom(7);
        var sessions = SyntheticSessions.Many(2500, 8).Concat(Enumerable.Range(0, 100).Select(_ => (ReadOnlyMemory<ulong>)SyntheticSessions.Faulty("broken off", random)));
        var verdicts = SessionEvents.Run(sessions, 9).Where(verdict => verdict.Unit == JudgedUnit.Session).ToList();
        Assert.Single(verdicts, verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.All(verdicts[^50..], verdict => Assert.Equal(VerdictKind.Normal, verdict.Kind));
    }

    [Fact]
    public void Windows_are_judged_as_if_there_were_no_sessions_and_every_record_is_counted_once()
    {
        var records = SessionEvents.Records(SyntheticSessions.Many(800, 10), 11);
        var with = SessionEvents.Run(SessionEvents.Blocks(records));
        var without = SessionEvents.Run(SessionEvents.Blocks(records), new EngineConfiguration { SessionKey = "absent" });
        Assert.DoesNotContain(without, verdict => verdict.Unit == JudgedUnit.Session);
        Assert.Contains(with, verdict => verdict.Unit == JudgedUnit.Session);
        Assert.Equal(
            without.Select(verdict => (verdict.Kind, verdict.FirstEvent, verdict.EventCount, verdict.PValue)),
            with.Where(verdict => verdict.Unit != JudgedUnit.Session).Select(verdict => (verdict.Kind, verdict.FirstEvent, verdict.EventCount, verdict.PValue)));
        Assert.Equal(records.Count, with.Sum(verdict => verdict.CountedEvents));
    }

    [Fact]
    public void Records_that_name_no_session_cost_no_memory()
    {
        var lines = LogEvents.Ordinary(1000, 12);
        var engine = new PartitionEngine(new EngineConfiguration());
        var other = new PartitionEngine(new EngineConfiguration { SessionKey = "absent" });
        engine.Feed(LogEvents.Block(lines), 0, []);
        other.Feed(LogEvents.Block(lines), 0, []);
        var (image, same) = (new ByteBuffer(), new ByteBuffer());
        engine.SaveStream(engine.ChangedStreams.Single(), image);
        other.SaveStream(other.ChangedStreams.Single(), same);
        Assert.Equal(image.Written.ToArray(), same.Written.ToArray());
        Assert.Equal(0, image.Written[^1]);
    }

    [Fact]
    public void An_attribute_names_sessions_as_a_trace_id_does()
    {
        var sessions = SyntheticSessions.Many(1800, 13).ToList();
        sessions[1700] = SyntheticSessions.Faulty("broken off", new SeededRandom(14));
        var records = SessionEvents.Records(sessions, 15);
        var byTrace = SessionEvents.Run(SessionEvents.Blocks(records));
        var byAttribute = SessionEvents.Run(SessionEvents.Blocks(records, isTrace: false), new EngineConfiguration { SessionKey = SessionEvents.Attribute });
        Assert.Equal(byTrace.Select(verdict => (verdict.Kind, verdict.FirstEvent, verdict.Unit == JudgedUnit.Session)), byAttribute.Select(verdict => (verdict.Kind, verdict.FirstEvent, verdict.Unit == JudgedUnit.Session)));
        var anomaly = Assert.Single(byAttribute, verdict => verdict.Kind == VerdictKind.Anomaly).Evidence!;
        Assert.Equal((SessionEvents.Attribute, "order-1701"), (anomaly.Session!.Key, anomaly.Session.Value));
        Assert.StartsWith("Session order-1701 of shop ", anomaly.Explanation.Why, StringComparison.Ordinal);
        Assert.Empty(EvidenceVerifier.Verify(EvidenceJson.Write(anomaly)).Differences);
    }

    [Fact]
    public void Another_key_begins_anew()
    {
        var records = SessionEvents.Records(SyntheticSessions.Many(800, 16), 17);
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        var offset = 0L;
        foreach (var block in SessionEvents.Blocks(records)) SessionEvents.Feed(engine, block, offset++, verdicts);
        Assert.Contains(verdicts, verdict => verdict.Unit == JudgedUnit.Session);
        engine.Configure(new EngineConfiguration { SessionKey = SessionEvents.Attribute });
        verdicts.Clear();
        engine.Tick(new LogPosition(0, offset), long.MaxValue, verdicts);
        Assert.DoesNotContain(verdicts, verdict => verdict.Unit == JudgedUnit.Session);
        Assert.False(engine.HasOpenWindows);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void Where_sessions_have_a_single_record_none_is_judged_and_an_exception_is_no_alarm(int exceptionEvery)
    {
        var random = new SeededRandom(18);
        var records = Enumerable.Range(1, 6000).SelectMany(number => Enumerable.Range(0, exceptionEvery > 1 && random.Below(exceptionEvery) == 0 ? 2 : 1)
            .Select(_ => new SessionRecord(number * SessionEvents.Second / 10, number, $"request {number} of kind {Kind(random)} served")));
        var verdicts = SessionEvents.Run(SessionEvents.Blocks(records));
        Assert.DoesNotContain(verdicts, verdict => verdict.Unit == JudgedUnit.Session && verdict.Kind != VerdictKind.Normal);
        Assert.Equal(exceptionEvery > 1, verdicts.Any(verdict => verdict.Unit == JudgedUnit.Session));
    }

    [Fact]
    public void A_session_is_complete_when_nothing_came_for_half_a_minute_of_the_log()
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        var offset = 0L;
        foreach (var block in SessionEvents.Blocks(SessionEvents.Records(SyntheticSessions.Many(400, 19), 20))) SessionEvents.Feed(engine, block, offset++, verdicts);
        var last = 400 * SessionEvents.Second / 5;
        engine.Tick(new LogPosition(0, offset++), last + (10 * SessionEvents.Second), verdicts);
        Assert.True(engine.HasOpenWindows);
        engine.Tick(new LogPosition(0, offset), last + (33 * SessionEvents.Second), verdicts);
        Assert.False(engine.HasOpenWindows);
        Assert.Equal(400 - 50 - 100, verdicts.Count(verdict => verdict.Unit == JudgedUnit.Session));
    }

    [Fact]
    public void A_configuration_whose_session_key_is_too_long_names_it()
    {
        Assert.Contains("sessionKey", Assert.Throws<FormatException>(() => new EngineConfiguration { SessionKey = new string('k', 201) }.Validate()).Message, StringComparison.Ordinal);
        var configuration = new EngineConfiguration { SessionKey = "order.id" };
        Assert.Equal(configuration, EngineConfiguration.Parse(configuration.ToJson()));
        Assert.Equal("", EngineConfiguration.Parse("""{"windowEvents":50}"""u8).SessionKey);
    }

    private static string Kind(SeededRandom random) => random.Below(200) == 0 ? $"rare{(char)('a' + random.Below(26))}" : "usual";
}

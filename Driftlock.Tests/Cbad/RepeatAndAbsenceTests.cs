using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Tests.Engine;

/// <summary>Known messages that come too often, or not at all any more.</summary>
public sealed class RepeatAndAbsenceTests
{
    private const string Heartbeat = "2026-01-01 10:00:00 INFO  [timer-1] Scheduler - heartbeat of node alpha";
    private const int Stop = 3000;

    [Theory]
    [InlineData(25)]
    [InlineData(35)]
    [InlineData(50)]
    public void A_known_line_that_repeats_itself_is_an_anomaly_that_names_it(int times)
    {
        var lines = LogEvents.Ordinary(4000, 21);
        var known = lines[3017];
        for (var i = 0; i < times; i++) lines[3500 + (i * 50 / times)] = known;
        var anomaly = Assert.Single(LogEvents.Run(lines), verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.Equal(3500, anomaly.FirstEvent);
        var explanation = anomaly.Evidence!.Explanation;
        Assert.StartsWith($"\"{known}\" stands {times} times", explanation.Why, StringComparison.Ordinal);
        Assert.Equal(known, explanation.Lines[explanation.Costliest[0]].Text.Split(" {")[0]);
        Assert.Empty(EvidenceVerifier.Verify(EvidenceJson.Write(anomaly.Evidence)).Differences);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(25)]
    public void A_line_that_came_in_every_window_and_stops_is_an_anomaly_that_names_it(int inFifty)
    {
        var anomaly = Assert.Single(LogEvents.Run(WithHeartbeat(inFifty, 22)), verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.InRange(anomaly.FirstEvent, Stop - 49, Stop + 50);
        Assert.StartsWith($"\"{Heartbeat}\" no longer comes", anomaly.Evidence!.Explanation.Why, StringComparison.Ordinal);
        Assert.Empty(EvidenceVerifier.Verify(EvidenceJson.Write(anomaly.Evidence)).Differences);
    }

    [Fact]
    public void Forged_knowledge_of_what_came_regularly_is_found()
    {
        var evidence = LogEvents.Run(WithHeartbeat(25, 22)).Single(verdict => verdict.Kind == VerdictKind.Anomaly).Evidence!;
        var forged = evidence with { Model = evidence.Model! with { Regular = [.. evidence.Model!.Regular.Select(line => line with { LongestGap = line.LongestGap + 40 })] } };
        forged = forged with { ContentHash = EvidenceJson.HashContent(forged) };
        Assert.NotEmpty(EvidenceVerifier.Verify(EvidenceJson.Write(forged)).Differences);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_snapshot_before_within_or_after_the_anomaly_goes_on_byte_for_byte(bool silence)
    {
        var lines = silence ? WithHeartbeat(25, 22) : LogEvents.Ordinary(4000, 21);
        if (!silence) Array.Fill(lines, lines[2500], Stop + 5, 40);
        var blocks = lines.Chunk(64).Select(chunk => LogEvents.Block(chunk)).ToList();
        var undisturbed = new PartitionEngine(new EngineConfiguration());
        var expected = new List<Verdict>();
        for (var i = 0; i < blocks.Count; i++) undisturbed.Feed(blocks[i], i, expected);
        Assert.Single(expected, verdict => verdict.Kind == VerdictKind.Anomaly);
        foreach (var cut in new[] { 2, 20, 44, 46, 47, 48, 49, 57 })
        {
            var before = new PartitionEngine(new EngineConfiguration());
            var verdicts = new List<Verdict>();
            for (var i = 0; i < cut; i++) before.Feed(blocks[i], i, verdicts);
            var after = new PartitionEngine(new EngineConfiguration());
            var state = new ByteBuffer();
            before.SaveBudgets(state);
            after.LoadBudgets(state.Written);
            state.Clear();
            before.SaveStream(before.ChangedStreams.Single(), state);
            after.LoadStream(before.ChangedStreams.Single(), state.Written);
            for (var i = cut; i < blocks.Count; i++) after.Feed(blocks[i], i, verdicts);
            Assert.Equal(expected.Select(verdict => verdict.Image()), verdicts.Select(verdict => verdict.Image()));
        }
    }

    [Fact]
    public void Lines_that_come_at_random_or_twice_in_a_row_raise_no_alarm()
    {
        for (ulong seed = 30; seed < 36; seed++)
        {
            var random = new SeededRandom(seed);
            var lines = LogEvents.Ordinary(4000, seed);
            for (var i = 1; i < lines.Length; i++)
            {
                // One in ten at random: a stretch of fifty lines without it is nothing. And small echoes of the line before.
                if (random.Below(10) == 0) lines[i] = Heartbeat;
                else if (random.Below(40) == 0) lines[i] = lines[i - 1];
            }
            Assert.False(LogEvents.Run(lines).Exists(verdict => verdict.Kind == VerdictKind.Anomaly), $"seed {seed}");
        }
    }

    // At intervals that vary by a fifth, from the start until Stop.
    private static string[] WithHeartbeat(int inFifty, ulong seed)
    {
        var random = new SeededRandom(seed);
        var lines = LogEvents.Ordinary(4000, seed);
        for (var next = 0.0; next < Stop; next += 50.0 / inFifty * (0.8 + (0.4 * random.Unit()))) lines[(int)next] = Heartbeat;
        return lines;
    }
}

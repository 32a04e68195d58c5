using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Tests.Engine;

public sealed class SilenceTests
{
    private const long Second = 1_000_000_000;
    private const long Begin = 1_790_000_000 * Second;

    [Fact]
    public void A_service_that_sent_in_a_beat_and_stops_raises_one_alarm_that_says_since_when()
    {
        var verdicts = Run(sendings: 300, jitter: 500, quietTicks: 40, restore: false);
        var alarm = Assert.Single(verdicts, verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.Equal(0, alarm.EventCount);
        Assert.StartsWith("shop sends no metrics any more: the last came at 2026-09-21 ", alarm.Evidence!.Explanation.Why, StringComparison.Ordinal);
        Assert.Contains("where the longest of 299 pauses was 10.", alarm.Evidence.Explanation.Why, StringComparison.Ordinal);
        Assert.InRange(alarm.LastTimeUnixNano - alarm.FirstTimeUnixNano, 20UL * Second, 180UL * Second);
        Assert.Empty(EvidenceVerifier.Verify(EvidenceJson.Write(alarm.Evidence)).Differences);
    }

    [Fact]
    public void A_forged_silence_is_found()
    {
        var evidence = Run(300, 500, 40, false).Single(verdict => verdict.Kind == VerdictKind.Anomaly).Evidence!;
        foreach (var forged in (Evidence[])[
            evidence with { Silence = evidence.Silence! with { NowUnixNano = "1" } }, evidence with { Silence = null }, evidence with { Silence = new EvidenceSilence("x", "y") },
            evidence with { Calibration = evidence.Calibration with { Windows = 9 } }])
            Assert.NotEmpty(EvidenceVerifier.Verify(EvidenceJson.Write(forged with { ContentHash = EvidenceJson.HashContent(forged) })).Differences);
    }

    [Fact]
    public void An_engine_restored_after_every_sending_notices_the_same() =>
        Assert.Equal(Run(300, 500, 40, false).Select(verdict => verdict.Image()), Run(300, 500, 40, true).Select(verdict => verdict.Image()));

    [Fact]
    public void Who_has_sent_too_little_is_not_missed() =>
        Assert.DoesNotContain(Run(100, 500, 40, false), verdict => verdict.Kind == VerdictKind.Anomaly);

    [Fact]
    public void Who_sends_in_bursts_is_not_missed()
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        var now = Begin;
        for (var i = 0; i < 600; i++) engine.Feed(MetricEvents.Block([[50.0]], i), i, verdicts, now += (i % 20 == 0 ? 100 : 2) * Second);
        for (var tick = 0; tick < 100; tick++) engine.Tick(new LogPosition(0, 1000 + tick), now += 15 * Second, verdicts);
        Assert.DoesNotContain(verdicts, verdict => verdict.Kind == VerdictKind.Anomaly);
    }

    [Fact]
    public void While_nobody_was_there_to_hear_nobody_was_silent()
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        var now = Send(engine, 300, 500, verdicts);
        engine.Tick(new LogPosition(0, 1000), now + (3600 * Second), verdicts);
        engine.Tick(new LogPosition(0, 1001), now + (3615 * Second), verdicts);
        engine.Feed(MetricEvents.Block([[1.0]], 300), 1002, verdicts, now + (3620 * Second));
        Assert.DoesNotContain(verdicts, verdict => verdict.Kind == VerdictKind.Anomaly);
    }

    [Fact]
    public void Who_comes_back_and_stops_again_is_missed_again()
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        var now = Send(engine, 400, 500, verdicts);
        for (var round = 0; round < 2; round++)
        {
            for (var tick = 0; tick < 60; tick++) engine.Tick(new LogPosition(0, 10_000 + (round * 1000) + tick), now += 15 * Second, verdicts);
            for (var i = 0; i < 20; i++) engine.Feed(MetricEvents.Block([[50.0]], i), 20_000 + (round * 100) + i, verdicts, now += 10 * Second);
        }
        Assert.Equal(2, verdicts.Count(verdict => verdict.Kind == VerdictKind.Anomaly && verdict.EventCount == 0));
    }

    [Fact]
    public void A_log_that_was_never_quiet_for_long_and_stops_is_missed_by_its_name()
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        var now = Flow(engine, 6000, verdicts);
        Assert.True(engine.AwaitsBeats);
        for (var tick = 0; tick < 40; tick++) engine.Tick(new LogPosition(0, 90_000 + tick), now += 15 * Second, verdicts);
        var alarm = Assert.Single(verdicts, verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.Equal((JudgedUnit.Silence, Signal.Logs), (alarm.Unit, alarm.Signal));
        Assert.StartsWith("shop sends no logs of scope any more: the last came at 2026-09-2", alarm.Evidence!.Explanation.Why, StringComparison.Ordinal);
        Assert.InRange(alarm.LastTimeUnixNano - alarm.FirstTimeUnixNano, 45UL * Second, 240UL * Second);
        Assert.Empty(EvidenceVerifier.Verify(EvidenceJson.Write(alarm.Evidence)).Differences);
    }

    [Fact]
    public void A_log_that_flowed_for_an_hour_only_is_not_missed()
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        var now = Flow(engine, 3600, verdicts);
        for (var tick = 0; tick < 40; tick++) engine.Tick(new LogPosition(0, 90_000 + tick), now += 15 * Second, verdicts);
        Assert.DoesNotContain(verdicts, verdict => verdict.Kind == VerdictKind.Anomaly);
    }

    [Fact]
    public void A_metric_that_stops_while_its_service_goes_on_is_missed_by_name()
    {
        var alarm = Assert.Single(Sendings(320, (sending, metric) => metric < 2 || sending < 300), verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.Equal((JudgedUnit.Silence, 0), (alarm.Unit, alarm.CountedEvents));
        Assert.StartsWith("shop no longer sends gauge.", alarm.Evidence!.Explanation.Why, StringComparison.Ordinal);
        Assert.Contains(" and 1 more of its metrics, though it sends others: 300 of its sendings brought it, in each of them, the last at 2026-09-", alarm.Evidence.Explanation.Why, StringComparison.Ordinal);
        Assert.Empty(EvidenceVerifier.Verify(EvidenceJson.Write(alarm.Evidence)).Differences);
        foreach (var forged in (EvidenceComings[])[alarm.Evidence.Silence!.Comings! with { Count = 250 }, alarm.Evidence.Silence.Comings with { Sendings = 1 }, alarm.Evidence.Silence.Comings with { Followed = 1 }])
        {
            var evidence = alarm.Evidence with { Silence = alarm.Evidence.Silence with { Comings = forged } };
            Assert.NotEmpty(EvidenceVerifier.Verify(EvidenceJson.Write(evidence with { ContentHash = EvidenceJson.HashContent(evidence) })).Differences);
        }
    }

    [Fact]
    public void A_metric_that_vanishes_with_its_instance_is_not_missed() =>
        Assert.DoesNotContain(Sendings(320, (sending, metric) => metric < 2 || sending < 300, instance: sending => sending < 300 ? "one" : "two"), verdict => verdict.Kind == VerdictKind.Anomaly);

    [Fact]
    public void Differences_that_stop_and_metrics_that_come_now_and_then_are_not_missed()
    {
        Assert.DoesNotContain(Sendings(320, (sending, metric) => metric < 2 || sending < 300, kind: PointKind.DeltaSum), verdict => verdict.Kind == VerdictKind.Anomaly);
        var random = new SeededRandom(11);
        Assert.DoesNotContain(Sendings(1500, (_, metric) => metric < 2 || random.Below(3) == 0), verdict => verdict.Kind == VerdictKind.Anomaly);
    }

    [Fact]
    public void Roll_is_called_the_same_over_snapshots() =>
        Assert.Equal(
            Sendings(320, (sending, metric) => metric < 2 || sending < 300).Select(verdict => verdict.Image()),
            Sendings(320, (sending, metric) => metric < 2 || sending < 300, restore: true).Select(verdict => verdict.Image()));

    /// <summary>Four metrics of a service every ten seconds, each in a request of its own.</summary>
    internal static List<Verdict> Sendings(int count, Func<int, int, bool> comes, Func<int, string>? instance = null, PointKind kind = PointKind.Gauge, bool restore = false)
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        var values = MetricEvents.Wave(count, 9);
        var saved = new Dictionary<StreamId, byte[]>();
        for (var i = 0; i < count; i++)
        {
            for (var metric = 0; metric < 4; metric++)
                if (comes(i, metric)) engine.Feed(MetricEvents.Block([[values[i] + metric]], i, kind, $"gauge.{metric}", resource: instance?.Invoke(i) ?? "one"), (4 * i) + metric, verdicts, Begin + (i * 10 * Second) + (metric * Second / 100));
            if (restore) engine = engine.Restored(saved);
        }
        return verdicts;
    }

    /// <summary>A line about every second for so many seconds; the time of the last.</summary>
    private static long Flow(PartitionEngine engine, int seconds, List<Verdict> verdicts)
    {
        var random = new SeededRandom(8);
        var lines = LogEvents.Ordinary(seconds, 8);
        var now = Begin;
        for (var i = 0; i < seconds; i++) engine.Feed(LogEvents.Block([lines[i]]), i, verdicts, now += random.Below(2000) * (Second / 1000));
        return now;
    }

    internal static List<Verdict> Run(int sendings, int jitter, int quietTicks, bool restore)
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        var now = Send(engine, sendings, jitter, verdicts, restore ? restored => engine = restored : null);
        for (var tick = 0; tick < quietTicks; tick++)
        {
            engine.Tick(new LogPosition(0, 1000 + tick), now += 15 * Second, verdicts);
        }
        return verdicts;
    }

    /// <summary>A point about every ten seconds; the time of the last.</summary>
    private static long Send(PartitionEngine engine, int sendings, int jitter, List<Verdict> verdicts, Action<PartitionEngine>? restored = null)
    {
        var random = new SeededRandom(5);
        var values = MetricEvents.Wave(sendings, 5);
        var now = Begin;
        for (var i = 0; i < sendings; i++)
        {
            now += (10 * Second) + (random.Below(jitter) * 1_000_000L);
            engine.Feed(MetricEvents.Block([[values[i]]], i), i, verdicts, now);
            if (restored is not null) restored(engine = engine.Restored());
        }
        return now;
    }
}

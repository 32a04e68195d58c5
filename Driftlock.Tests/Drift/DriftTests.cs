using System.Text;
using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Drift;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Engine;
using Driftlock.Tests.Series;
using Driftlock.Tests.Traces;

namespace Driftlock.Tests.Drift;

public sealed class DriftTests
{
    /// <summary>What an e-value must reach for the first alarm of an epoch at the default rate.</summary>
    private const double FirstAlarm = 5120;

    // From point 3,000 on a tenth of the usual deviation is added every 1,000 points.
    internal static readonly Lazy<List<Verdict>> Slow = new(() => MetricEvents.Run(Slowly(14_000, 1).Select(value => new[] { value }).ToArray()));

    [Fact]
    public void A_drift_that_no_window_shows_raises_one_alarm()
    {
        var alarm = Assert.Single(Slow.Value, verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.Equal((JudgedUnit.Drift, 0), (alarm.Unit, alarm.CountedEvents));
        Assert.InRange(alarm.FirstEvent, 3000, 14_000);
        var explanation = alarm.Evidence!.Explanation;
        Assert.StartsWith("queue.depth has drifted up since 2026-01-0", explanation.Why, StringComparison.Ordinal);
        Assert.Contains(" was usual from 2026-01-01 00:00:00Z to ", explanation.Why, StringComparison.Ordinal);
        Assert.Contains(explanation.Series!.Points, point => point.Value > explanation.Series.High);
        Assert.Equal(14_000, Slow.Value.Sum(verdict => verdict.CountedEvents));
    }

    [Fact]
    public void Its_evidence_verifies_alone()
    {
        var evidence = Slow.Value.Single(verdict => verdict.Kind == VerdictKind.Anomaly).Evidence!;
        Assert.Empty(EvidenceVerifier.Verify(EvidenceJson.Write(evidence)).Differences);
        Assert.InRange(evidence.Budget.EValue, evidence.Budget.Threshold, double.MaxValue);
        Assert.Equal(evidence.Budget.PValue, 1 / evidence.Budget.EValue);
    }

    [Theory]
    [InlineData("anchor")]
    [InlineData("block")]
    [InlineData("wealth")]
    [InlineData("eValue")]
    [InlineData("events")]
    [InlineData("why")]
    [InlineData("few")]
    public void A_changed_figure_is_found_even_when_the_hash_is_made_to_fit(string what)
    {
        var e = Slow.Value.Single(verdict => verdict.Kind == VerdictKind.Anomaly).Evidence!;
        var drift = e.Drift!;
        var forged = what switch
        {
            "anchor" => e with { Drift = drift with { Anchor = [.. drift.Anchor.Select(mean => mean - 100)] } },
            "block" => e with { Drift = drift with { Blocks = [.. drift.Blocks.Select((block, i) => i == 0 ? block with { Mean = 0 } : block)] } },
            "wealth" => e with { Drift = drift with { UpBefore = drift.UpBefore with { Wealth = drift.UpBefore.Wealth + 1 } } },
            "eValue" => e with { Budget = e.Budget with { EValue = 2 * e.Budget.EValue } },
            "events" => e with { Window = e.Window with { EventCount = 1 } },
            "why" => e with { Explanation = e.Explanation with { Why = "all is well" } },
            _ => e with { Drift = drift with { Anchor = [1, 2, 3] } },
        };
        forged = forged with { ContentHash = EvidenceJson.HashContent(forged) };
        Assert.NotEmpty(EvidenceVerifier.Verify(EvidenceJson.Write(forged)).Differences);
    }

    [Fact]
    public void An_engine_restored_after_every_request_goes_on_byte_for_byte()
    {
        double[][] points = [.. Slowly(9000, 2).Select(value => new[] { value })];
        var whole = MetricEvents.Run(points, perBlock: 45);
        var restored = MetricEvents.Run(points, perBlock: 45, between: engine => engine.Restored());
        Assert.Contains(whole, verdict => verdict.Unit == JudgedUnit.Drift);
        Assert.Equal(whole.Select(verdict => verdict.Image()), restored.Select(verdict => verdict.Image()));
    }

    [Fact]
    public void A_jump_that_was_flagged_is_not_told_again_as_a_drift()
    {
        var random = new SeededRandom(3);
        var verdicts = MetricEvents.Run([.. Enumerable.Range(0, 8000).Select(i => new[] { 100 + (3 * random.Normal()) + (i >= 4000 ? 60 : 0) })]);
        Assert.Single(verdicts, verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.Contains(verdicts, verdict => verdict is { Unit: JudgedUnit.Drift, Kind: VerdictKind.Suppressed });
    }

    public static TheoryData<string> Ordinary => ["independent", "remembering", "daily", "wandering", "skewed", "constant", "rare"];

    [Theory]
    [MemberData(nameof(Ordinary))]
    public void What_does_not_drift_raises_no_alarm(string kind)
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var random = new SeededRandom(seed);
            var (test, largest, last) = (new DriftTest(), 0.0, 0.0);
            for (var i = 0; i < 40_000; i++)
            {
                var noise = random.Normal();
                last = kind switch
                {
                    "independent" => noise,
                    "remembering" => (0.95 * last) + noise,
                    "daily" => (5 * Math.Sin(i * Math.Tau / 1440)) + noise,
                    "wandering" => last + noise,
                    "skewed" => Math.Exp(1.5 * noise),
                    "rare" => random.Below(100) == 0 ? 1 : 0,
                    _ => 5,
                };
                if (test.Observe((ulong)i, last)) largest = Math.Max(largest, test.EValue);
            }
            Assert.True(largest < FirstAlarm, $"{kind}, seed {seed}: e = {largest}");
            Assert.Equal(kind == "wandering", !test.Anchor.IsPinned);
        }
    }

    [Fact]
    public void A_drift_downwards_is_found_as_well_and_the_next_baseline_takes_longer()
    {
        var random = new SeededRandom(4);
        var test = new DriftTest();
        for (var i = 0; i < 8000; i++) test.Observe((ulong)i, random.Normal());
        var pinned = test.Anchor.BlockEvents;
        Assert.True(test.Anchor.IsPinned);
        var found = 0;
        for (var i = 0; i < 20_000 && found == 0; i++)
            if (test.Observe((ulong)(8000 + i), random.Normal() - (i / 2000.0)) && test.EValue >= FirstAlarm) found = i;
        Assert.InRange(found, 1, 10_000);
        Assert.False(DriftTest.IsUpward(test.Up, test.Down));
        test.Restart();
        Assert.Equal((2 * pinned, false), (test.Anchor.BlockEvents, test.Anchor.IsPinned));
    }

    [Fact]
    public void One_value_beyond_all_measure_delays_a_baseline_but_does_not_prevent_it()
    {
        var random = new SeededRandom(7);
        var test = new DriftTest();
        for (var i = 0; i < 200_000; i++) test.Observe((ulong)i, i == 100 ? 1e200 : random.Normal());
        Assert.True(test.Anchor.IsPinned);
    }

    [Fact]
    public void What_was_flagged_before_the_baseline_was_pinned_excuses_no_later_drift()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var random = new SeededRandom(seed);
            var (test, time) = (new DriftTest(), 0UL);
            for (; !test.Anchor.IsPinned; time++)
            {
                test.Observe(time, random.Normal());
                if (time == 50) test.Flag();
            }
            for (; test.EValue < FirstAlarm; time++) test.Observe(time, random.Normal() + 1);
            Assert.False(test.IsTold, $"seed {seed}");
        }
    }

    [Fact]
    public void Lines_that_come_ever_more_slowly_are_told()
    {
        var random = new SeededRandom(5);
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        var time = 0.0;
        for (var block = 0; block < 400; block++)
        {
            var events = new EventWriter();
            foreach (var line in LogEvents.Ordinary(50, 6))
            {
                time -= Math.Log(1 - random.Unit()) * (1 + Math.Max(0, (block - 100) / 300.0));
                events.Begin(1_767_225_600_000_000_000 + (ulong)(time * 1e9), 9, default, Encoding.UTF8.GetBytes(line));
                events.End();
            }
            var payload = new ByteBuffer();
            EventBlock.Write(payload, Signal.Logs, "shop"u8, "scope"u8, default, 0, events.Written, events.EventCount);
            engine.Feed(payload.Written.ToArray(), block, verdicts);
        }
        var alarm = Assert.Single(verdicts, verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.StartsWith("the time between two lines of scope has drifted up since ", alarm.Evidence!.Explanation.Why, StringComparison.Ordinal);
        Assert.Empty(EvidenceVerifier.Verify(EvidenceJson.Write(alarm.Evidence)).Differences);
    }

    [Fact]
    public void Calls_that_take_ever_longer_are_told()
    {
        var traces = new SyntheticTraces(6);
        var verdicts = SpanEvents.Run(Enumerable.Range(0, 8000).Select(i => traces.Next(SyntheticTraces.Cart, 1 + (Math.Max(0, i - 2000) / 20_000.0))));
        var alarm = Assert.Single(verdicts, verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.StartsWith("the typical duration of Cart/Get has drifted up since ", alarm.Evidence!.Explanation.Why, StringComparison.Ordinal);
        Assert.Matches(@"Z: \d\.\d+ ms on average", alarm.Evidence.Explanation.Why);
        Assert.Empty(EvidenceVerifier.Verify(EvidenceJson.Write(alarm.Evidence)).Differences);
    }

    private static double[] Slowly(int count, ulong seed)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(i => 100 + (3 * (random.Normal() + (i < 3000 ? 0 : (i - 3000) / 10_000.0))))];
    }
}

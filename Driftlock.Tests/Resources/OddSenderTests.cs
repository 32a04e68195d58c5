using System.Text;
using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Series;
using Driftlock.Tests.Engine;
using Driftlock.Tests.Series;

namespace Driftlock.Tests.Resources;

/// <summary>What senders may do, and must not be paid for by others or by the verdict.</summary>
public sealed class OddSenderTests
{
    private const long Second = 1_000_000_000;
    private const long Day = 86_400 * Second;
    private const long Begin = 1_790_000_000 * Second;

    [Fact]
    public void A_service_without_resource_attributes_is_judged_the_same_over_snapshots()
    {
        Assert.Equal(Run(int.MaxValue), Run(150));

        static List<string> Run(int restoreEvery)
        {
            var random = new SeededRandom(3);
            var (engine, verdicts, saved) = (new PartitionEngine(new EngineConfiguration()), new List<Verdict>(), new Dictionary<StreamId, byte[]>());
            var (bare, other) = (0.0, 0.0);
            for (var i = 0; i < 900; i++)
            {
                var time = Begin + (i * 10 * Second);
                Feed(engine, verdicts, "bare", "requests", "", PointKind.CumulativeSum, i, time, bare += 1000 + random.Below(200));
                Feed(engine, verdicts, "other", "requests", "one", PointKind.CumulativeSum, i, time + 1, other += 500 + random.Below(100));
                if ((i + 1) % restoreEvery == 0) engine = engine.Restored(saved);
            }
            return [.. verdicts.Select(verdict => verdict.Image())];
        }
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    [InlineData(1e39)]
    [InlineData(-1e308)]
    public void Whatever_number_comes_alarms_verify(double odd)
    {
        var random = new SeededRandom(1);
        var (engine, verdicts, load) = (new PartitionEngine(new EngineConfiguration()), new List<Verdict>(), 0.0);
        for (var row = 0; row < 1000; row++)
        {
            load = (0.8 * load) + random.Normal();
            var time = Begin + (row * 10 * Second);
            for (var metric = 0; metric < 5; metric++)
                Feed(engine, verdicts, "shop", $"gauge.{metric}", "one", PointKind.Gauge, row, time, metric == 4 && row >= 950 ? odd : 100 + (10 * load * (metric == 3 && row >= 900 ? -1 : 1)) + random.Normal());
            engine.Tick(new LogPosition(0, row), time + (3 * Second), verdicts);
        }
        var alarms = verdicts.Where(verdict => verdict.Kind == VerdictKind.Anomaly).ToList();
        Assert.NotEmpty(alarms);
        Assert.All(alarms, alarm => Assert.Empty(EvidenceVerifier.Verify(EvidenceJson.Write(alarm.Evidence!)).Differences));
    }

    [Fact]
    public void One_entry_far_ahead_makes_the_partition_deaf_to_no_silence()
    {
        var random = new SeededRandom(2);
        var (engine, verdicts, time, offset) = (new PartitionEngine(new EngineConfiguration()), new List<Verdict>(), Begin, 0);
        for (var i = 0; i < 300; i++)
        {
            time += (10 * Second) + (random.Below(500) * Second / 1000);
            Feed(engine, verdicts, "shop", "gauge", "one", PointKind.Gauge, ++offset, time, 50 + random.Normal());
            if (i == 250) Feed(engine, verdicts, "elsewhere", "gauge", "one", PointKind.Gauge, ++offset, time + (30 * Day), 1);
        }
        for (var tick = 1; tick < 100; tick++) engine.Tick(new LogPosition(0, ++offset), time + (tick * 15 * Second), verdicts);
        Assert.Single(verdicts, verdict => verdict is { Unit: JudgedUnit.Silence, Kind: VerdictKind.Anomaly });
    }

    [Fact]
    public void A_rate_that_changes_moves_the_moment_of_a_silence_also_without_a_restart()
    {
        Assert.Equal(Run(restore: true), Run(restore: false));

        static List<string> Run(bool restore)
        {
            var random = new SeededRandom(2);
            var (engine, verdicts, time) = (new PartitionEngine(new EngineConfiguration()), new List<Verdict>(), Begin);
            for (var i = 0; i < 300; i++) Feed(engine, verdicts, "shop", "gauge", "one", PointKind.Gauge, i, time += (10 * Second) + (random.Below(500) * Second / 1000), 50 + random.Normal());
            engine.Tick(new LogPosition(0, 300), time + (5 * Second), verdicts);
            engine.Configure(new EngineConfiguration { FalseDiscoveryRate = 0.0001 });
            if (restore) engine = engine.Restored();
            for (var tick = 1; tick < 60; tick++) engine.Tick(new LogPosition(0, 300 + tick), time + (tick * 5 * Second), verdicts);
            var silences = verdicts.Where(verdict => verdict.Unit == JudgedUnit.Silence).Select(verdict => $"{verdict.Kind} {verdict.PValue} {verdict.LastTimeUnixNano}").ToList();
            Assert.Single(silences);
            return silences;
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(40)]
    public void However_many_instances_a_service_has_a_metric_that_stops_and_a_counter_that_runs_away_are_told(int instances)
    {
        var random = new SeededRandom(1);
        var (engine, verdicts, sums, offset) = (new PartitionEngine(new EngineConfiguration()), new List<Verdict>(), new double[instances], 0);
        for (var round = 0; round < 400; round++)
        {
            for (var instance = 0; instance < instances; instance++)
            {
                var time = Begin + (round * 60 * Second) + (instance * Second * 60 / instances);
                Feed(engine, verdicts, "shop", "kept", $"i{instance}", PointKind.Gauge, ++offset, time, random.Normal());
                if (round < 300) Feed(engine, verdicts, "shop", "gone", $"i{instance}", PointKind.Gauge, offset, time, random.Normal());
                Feed(engine, verdicts, "shop", "counter", $"i{instance}", PointKind.CumulativeSum, offset, time, sums[instance] += round < 350 ? 1000 + random.Below(100) : 90_000);
            }
        }
        var alarms = verdicts.Where(verdict => verdict.Kind == VerdictKind.Anomaly).Select(verdict => verdict.Evidence!.Explanation.Why).ToList();
        Assert.Contains(alarms, why => why.StartsWith("shop no longer sends gone, though it sends others", StringComparison.Ordinal));
        Assert.Contains(alarms, why => why.StartsWith("the rate of counter rose to ", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_tick_changes_is_marked_to_be_saved()
    {
        var random = new SeededRandom(1);
        var (engine, verdicts, changed) = (new PartitionEngine(new EngineConfiguration()), new List<Verdict>(), 0);
        var key = StreamId.Of(1, Signal.Metrics, "shop"u8, default);
        for (var second = 0; second < 10_000; second++)
        {
            var time = Begin + (second * Second);
            if (second % 20 == 0) Feed(engine, verdicts, "shop", "a", "one", PointKind.Gauge, second * 2, time, 100 + random.Normal() + (second >= 9000 ? 400 : 0));
            Feed(engine, verdicts, "shop", "b", "one", PointKind.Gauge, second * 2, time, 100 + random.Normal());
            if (second < 9000 || second % 2 == 0) continue;
            engine.MarkSaved();
            var (before, after) = (new ByteBuffer(), new ByteBuffer());
            engine.SaveStream(key, before);
            engine.Tick(new LogPosition(0, (second * 2) + 1), time + (Second / 2), verdicts);
            engine.SaveStream(key, after);
            if (before.Written.SequenceEqual(after.Written)) continue;
            changed++;
            Assert.Contains(key, engine.ChangedStreams);
        }
        Assert.True(changed > 0);
    }

    [Fact]
    public void A_metric_that_comes_late_is_related_to_nothing_by_that()
    {
        var random = new SeededRandom(5);
        var moments = new JointMoments(2);
        for (var row = 0; row < 700; row++) moments.Add([row < 300 ? double.NaN : 1000 + (10 * random.Normal()), row < 2 ? double.NaN : 2000 + (10 * random.Normal())]);
        var covariance = moments.Standardised();
        Assert.InRange(moments.Mean(1), 1990, 2010);
        Assert.InRange(moments.Deviation(0), 4, 11);
        Assert.InRange(covariance[1] / Math.Sqrt(covariance[0] * covariance[5]), -0.2, 0.2);
    }

    [Fact]
    public void What_was_flagged_elsewhere_is_quiet_for_twenty_and_no_longer()
    {
        var quiet = new QuietPeriod();
        quiet.FlagElsewhere(20_000);
        Assert.True(quiet.Covers(20_020, 20_020, 1e9));
        Assert.False(quiet.Covers(20_021, 20_021, 1e9));
    }

    private static void Feed(PartitionEngine engine, List<Verdict> verdicts, string service, string name, string resource, PointKind kind, int offset, long time, double value)
    {
        var points = new EventWriter();
        points.Begin((ulong)time, (byte)kind, "By"u8, default);
        points.Number(value);
        points.End();
        var payload = new ByteBuffer();
        EventBlock.Write(
            payload, Signal.Metrics, Encoding.UTF8.GetBytes(service), Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(resource), resource.Length > 0 ? 1 : 0, points.Written, points.EventCount);
        engine.Feed(payload.Written.ToArray(), offset, verdicts, time);
    }
}

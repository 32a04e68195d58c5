using System.Text;
using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Series;
using Driftlock.Tests.Series;

namespace Driftlock.Tests.Engine;

public sealed class MetricStreamTests
{
    internal static readonly Lazy<List<Verdict>> Shifted = new(() =>
        MetricEvents.Run(MetricEvents.Wave(4000, 1).Select((value, i) => i >= 3000 ? value + 90 : value)));

    [Fact]
    public void A_gauge_that_moves_to_another_level_raises_one_alarm_where_it_does()
    {
        var alarm = Assert.Single(Shifted.Value, verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.Equal(Signal.Metrics, alarm.Signal);
        Assert.InRange(3000, alarm.FirstEvent, alarm.FirstEvent + alarm.EventCount - 1);
        Assert.StartsWith("queue.depth rose to ", alarm.Evidence!.Explanation.Why, StringComparison.Ordinal);
        Assert.Contains(" message at 2026-01-03 02:0", alarm.Evidence.Explanation.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_evidence_verifies_alone_and_shows_what_was_expected()
    {
        var evidence = Shifted.Value.Single(verdict => verdict.Kind == VerdictKind.Anomaly).Evidence!;
        Assert.Empty(EvidenceVerifier.Verify(EvidenceJson.Write(evidence)).Differences);
        var series = evidence.Explanation.Series!;
        var deciding = evidence.Explanation.Lines[evidence.Explanation.Costliest[0]];
        Assert.True(series.High < 160, $"{series.Low} to {series.High}");
        Assert.NotEmpty(series.Families);
        Assert.Equal(48 + evidence.Window.EventCount, series.Points.Count);
        Assert.Equal(3, evidence.Explanation.NearestNormals.Count);
        Assert.NotEmpty(deciding.Tokens);
        Assert.Single(deciding.Expected);
    }

    public static TheoryData<string> Forgeries => ["state", "events", "pValue", "scores", "why", "point", "kind", "none"];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void A_changed_figure_is_found_even_when_the_hash_is_made_to_fit(string what)
    {
        var e = Shifted.Value.Single(verdict => verdict.Kind == VerdictKind.Anomaly).Evidence!;
        var forged = what switch
        {
            "state" => e with { Series = e.Series! with { Channels = [e.Series.Channels[0] with { State = [.. e.Series.Channels[0].State.Select((b, i) => i == 16 ? (byte)(b ^ 1) : b)] }] } },
            "events" => e with { Window = e.Window with { Events = [.. e.Window.Events.Select((b, i) => i == 40 ? (byte)(b ^ 1) : b)] } },
            "pValue" => e with { Calibration = e.Calibration with { PValue = e.Calibration.PValue / 2 } },
            "scores" => e with { Calibration = e.Calibration with { Statistics = [e.Calibration.Statistics[0] with { Scores = [] }] } },
            "why" => e with { Explanation = e.Explanation with { Why = "all is well" } },
            "point" => e with { Explanation = e.Explanation with { Series = e.Explanation.Series! with { High = 1e9 } } },
            "kind" => e with { Series = e.Series! with { Kind = "DeltaHistogram" } },
            _ => e with { Series = null },
        };
        forged = forged with { ContentHash = EvidenceJson.HashContent(forged) };
        Assert.NotEmpty(EvidenceVerifier.Verify(EvidenceJson.Write(forged)).Differences);
    }

    [Fact]
    public void An_engine_restored_after_every_request_goes_on_byte_for_byte()
    {
        double[][] points = [.. MetricEvents.Wave(1500, 2).Select((value, i) => new[] { i == 1203 ? 400 : value })];
        var whole = MetricEvents.Run(points, perBlock: 7);
        var restored = MetricEvents.Run(points, perBlock: 7, between: engine => engine.Restored());
        Assert.Contains(whole, verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.Equal(whole.Select(verdict => verdict.Image()), restored.Select(verdict => verdict.Image()));
    }

    [Fact]
    public void A_counter_is_judged_by_its_rate_also_over_a_restart()
    {
        var total = 0.0;
        var values = MetricEvents.Wave(2000, 3).Select((value, i) => total = (i == 1000 ? 0 : total) + (i >= 1600 && i < 1640 ? 0 : value * 60)).ToArray();
        var alarm = MetricEvents.Run(values, PointKind.CumulativeSum).First(verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.InRange(alarm.FirstEvent, 1590, 1640);
        Assert.StartsWith("the rate of queue.depth fell ", alarm.Evidence!.Explanation.Why, StringComparison.Ordinal);
        Assert.Equal("rate", alarm.Evidence.Explanation.Series!.Channel);
        Assert.True(EvidenceVerifier.Verify(EvidenceJson.Write(alarm.Evidence)).Verified);
    }

    [Fact]
    public void Instances_of_a_service_count_each_for_itself()
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        var rates = MetricEvents.Wave(1200, 7);
        var (first, second) = (1e6, 5.0);
        for (var i = 0; i < rates.Length; i++)
        {
            first += rates[i] * 60;
            second += (i == 900 ? 900 : rates[i]) * 60;
            engine.Feed(MetricEvents.Block([[first]], i, PointKind.CumulativeSum, resource: "first"), 2 * i, verdicts);
            engine.Feed(MetricEvents.Block([[second]], i, PointKind.CumulativeSum, resource: "second"), (2 * i) + 1, verdicts);
        }
        var alarm = Assert.Single(verdicts, verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.InRange(1801, alarm.FirstEvent, alarm.FirstEvent + alarm.EventCount - 1);
        Assert.StartsWith("the rate of queue.depth rose to 900 message/s ", alarm.Evidence!.Explanation.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_histogram_is_judged_by_rate_mean_and_upper_percentile()
    {
        var random = new SeededRandom(4);
        var points = new double[1200][];
        for (var i = 0; i < points.Length; i++)
        {
            var slow = i >= 900 ? 60 : random.Below(4);
            double[] counts = [200 + random.Below(30), 60 + random.Below(15), slow];
            points[i] = [counts.Sum(), (counts[0] * 0.05) + (counts[1] * 0.3) + (counts[2] * 2), double.NaN, double.NaN, 0.1, 0.5, .. counts];
        }
        var alarm = MetricEvents.Run(points, PointKind.DeltaHistogram).First(verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.InRange(900, alarm.FirstEvent, alarm.FirstEvent + alarm.EventCount - 1);
        Assert.Equal(["rate", "mean", "percentile95"], alarm.Evidence!.Series!.Channels.Select(channel => channel.Name));
        Assert.Contains("95 % below ", alarm.Evidence.Explanation.Lines[0].Text, StringComparison.Ordinal);
        Assert.True(EvidenceVerifier.Verify(EvidenceJson.Write(alarm.Evidence)).Verified);
    }

    [Theory]
    [InlineData(PointKind.DeltaExponentialHistogram)]
    [InlineData(PointKind.CumulativeExponentialHistogram)]
    public void An_exponential_histogram_whose_tail_gets_slow_while_its_mean_stays_alarms_by_its_percentile(PointKind kind)
    {
        var random = new SeededRandom(8);
        var points = new double[1200][];
        var all = new List<double>();
        for (var i = 0; i < points.Length; i++)
        {
            // From the 900th point on a tenth takes three times as long, and the others a little less.
            double[] measured = [.. Enumerable.Range(0, 300).Select(each => i >= 900 ? (each % 10 == 0 ? 0.3 : 0.0777) : 0.1).Select(usual => usual * (0.8 + (0.4 * random.Unit())))];
            // A sender that counts up starts again now and then.
            if (kind == PointKind.DeltaExponentialHistogram || i % 50 == 0) all.Clear();
            all.AddRange(measured);
            points[i] = ExponentialSamples.Point(all, i < 500 ? 5 : 4);
        }
        var alarm = MetricEvents.Run(points, kind).First(verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.InRange(900, alarm.FirstEvent, alarm.FirstEvent + alarm.EventCount - 1);
        Assert.Equal(["rate", "mean", "percentile95"], alarm.Evidence!.Series!.Channels.Select(channel => channel.Name));
        Assert.Equal("percentile95", alarm.Evidence.Explanation.Series!.Channel);
        Assert.StartsWith("the 95th percentile of queue.depth rose to ", alarm.Evidence.Explanation.Why, StringComparison.Ordinal);
        Assert.True(EvidenceVerifier.Verify(EvidenceJson.Write(alarm.Evidence)).Verified);
    }

    [Theory]
    [InlineData(new[] { 0.5, 10, 0.95, 20, 0.99, 30 }, 20)]
    [InlineData(new[] { 0.99, 30, 0.5, 10, 0.9, 15 }, 30)]
    [InlineData(new[] { 0.5, 10, 0.9, 15 }, 15)]
    [InlineData(new[] { 0.5, 10, 0.75, 15 }, double.NaN)]
    [InlineData(new double[0], double.NaN)]
    public void A_summary_says_the_quantile_nearest_to_the_95th_percentile(double[] quantiles, double said)
    {
        var values = new PointValues(PointKind.Summary);
        Span<double> read = stackalloc double[PointValues.MostChannels];
        for (var i = 1; i <= 2; i++)
        {
            var block = MetricEvents.Block([[100 * i, 250 * i, double.NaN, double.NaN, .. quantiles]], i, PointKind.Summary);
            ReadOnlySpan<byte> rest = block;
            Assert.True(EventBlock.TryRead(ref rest, out var events));
            var reader = events.Read();
            Assert.True(reader.Next(out var view));
            values.Read(view, 7, view.TimeUnixNano, read);
        }
        Assert.Equal(100.0 / 60, read[0], 9);
        Assert.Equal(2.5, read[1], 9);
        Assert.Equal(said, read[2]);
    }

    [Theory]
    [InlineData(10ul)]
    [InlineData(20ul)]
    [InlineData(30ul)]
    public void Ordinary_points_raise_no_alarm(ulong seed)
    {
        var verdicts = MetricEvents.Run(MetricEvents.Wave(6000, seed));
        Assert.Equal(6000, verdicts.Sum(verdict => verdict.EventCount));
        Assert.DoesNotContain(verdicts, verdict => verdict.Kind is VerdictKind.Anomaly or VerdictKind.Suppressed);
        Assert.All(verdicts.Where(verdict => verdict.FirstEvent >= 400), verdict => Assert.NotNull(verdict.PValue));
    }

    [Fact]
    public void Single_points_between_ticks_are_judged_as_they_come()
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        var values = MetricEvents.Wave(900, 5);
        values[850] = 500;
        for (var i = 0; i < values.Length; i++)
        {
            engine.Feed(MetricEvents.Block([[values[i]]], i), 2 * i, verdicts);
            engine.Tick(new LogPosition(0, (2 * i) + 1), 4_000_000_000_000L * (i + 1), verdicts);
        }
        var alarm = Assert.Single(verdicts, verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.Equal(850, alarm.FirstEvent);
        Assert.Equal(1, alarm.EventCount);
        Assert.True(EvidenceVerifier.Verify(EvidenceJson.Write(alarm.Evidence!)).Verified);
    }

    [Fact]
    public void Points_that_say_nothing_or_change_their_kind_stop_nothing()
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        double[][] odd = [[double.NaN], [double.PositiveInfinity], [], [1e308], [-1e308], [0]];
        for (var i = 0; i < 600; i++) engine.Feed(MetricEvents.Block([odd[i % odd.Length]], i, i % 50 < 25 ? PointKind.Gauge : PointKind.Summary), i, verdicts);
        engine.Tick(new LogPosition(0, 600), long.MaxValue, verdicts);
        Assert.Equal(600, verdicts.Sum(verdict => verdict.EventCount));
    }

    [Fact]
    public void A_distribution_of_many_senders_with_ever_other_buckets_holds_less_than_80_KiB()
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        var random = new SeededRandom(9);
        var id = StreamId.Of(1, Signal.Metrics, "shop"u8, Encoding.UTF8.GetBytes("queue.depth"));
        for (var i = 0; i < 1500; i++)
        {
            double[] measured = [.. Enumerable.Range(0, 50).Select(_ => Math.Pow(2, 40 * (random.Unit() - 0.5)) * (random.Unit() < 0.5 ? -1 : 1))];
            var block = MetricEvents.Block([ExponentialSamples.Point(measured, i % 7)], i, PointKind.CumulativeExponentialHistogram, resource: $"sender {i % 12}");
            engine.Feed(block, i, verdicts);
            Assert.InRange(engine.Progress(id).StateBytes, 1, 80 * 1024);
        }
    }

    [Fact]
    public void A_series_holds_less_than_18_KiB()
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        double[][] points = [.. MetricEvents.Wave(3000, 6).Select(value => new[] { value })];
        engine.Feed(MetricEvents.Block(points, 0), 0, verdicts);
        var id = StreamId.Of(1, Signal.Metrics, "shop"u8, Encoding.UTF8.GetBytes("queue.depth"));
        Assert.InRange(engine.Progress(id).StateBytes, 1, 18 * 1024);
    }
}

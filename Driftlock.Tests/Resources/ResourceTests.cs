using System.Text;
using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Resources;
using Driftlock.Tests.Engine;
using Driftlock.Tests.Series;

namespace Driftlock.Tests.Resources;

public sealed class ResourceTests
{
    private const long Second = 1_000_000_000;
    private const long Begin = 1_790_000_000 * Second;

    // The load drives five gauges; from row 900 on the last of them moves against it, in the range it always had.
    internal static readonly Lazy<List<Verdict>> Broken = new(() => Run(1000, 1, row => row >= 900));

    [Fact]
    public void Metrics_that_no_longer_fit_together_raise_an_alarm_though_each_stays_in_its_range()
    {
        var alarm = Broken.Value.First(verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.Equal((JudgedUnit.Resource, 0), (alarm.Unit, alarm.CountedEvents));
        Assert.InRange((long)(alarm.FirstTimeUnixNano / Second) - (Begin / Second), 9000, 9400);
        var explanation = alarm.Evidence!.Explanation;
        Assert.StartsWith("The metrics of shop no longer fit together: gauge.4 is ", explanation.Why, StringComparison.Ordinal);
        Assert.Contains("would follow from the 4 others", explanation.Why, StringComparison.Ordinal);
        Assert.Equal("gauge.4", alarm.Evidence.Stream.Name);
        Assert.Equal(5, explanation.Lines.Count);
        Assert.Equal(25, explanation.Series!.Points.Count);
        Assert.False(explanation.Series.Points[^1].Value >= explanation.Series.Low && explanation.Series.Points[^1].Value <= explanation.Series.High);
    }

    [Fact]
    public void Its_evidence_verifies_alone() =>
        Assert.Empty(EvidenceVerifier.Verify(EvidenceJson.Write(Broken.Value.First(verdict => verdict.Kind == VerdictKind.Anomaly).Evidence!)).Differences);

    [Theory]
    [InlineData("state")]
    [InlineData("history")]
    [InlineData("row")]
    [InlineData("context")]
    [InlineData("member")]
    [InlineData("pValue")]
    [InlineData("stream")]
    [InlineData("why")]
    [InlineData("none")]
    public void A_changed_figure_is_found_even_when_the_hash_is_made_to_fit(string what)
    {
        var e = Broken.Value.First(verdict => verdict.Kind == VerdictKind.Anomaly).Evidence!;
        var resource = e.Resource!;
        var forged = what switch
        {
            "state" => e with { Resource = resource with { State = [.. resource.State.Select((b, i) => i == 300 ? (byte)(b ^ 64) : b)] } },
            // Counts below 0 must not take the verifier out of its arrays: the history's state lies before its bins and its last 48.
            "history" => e with { Resource = resource with { State = [.. resource.State.Select((b, i) => i >= resource.State.Length - (6 * 64 * 4) - 48 - 32 && i < resource.State.Length - (6 * 64 * 4) - 48 ? (byte)0xff : b)] } },
            "row" => e with { Resource = resource with { Row = resource.Row with { Values = [.. resource.Row.Values.Select((value, i) => i == 4 ? 50 : value)] } } },
            "context" => e with { Resource = resource with { Context = [.. resource.Context.Skip(1)] } },
            "member" => e with { Resource = resource with { Members = [.. resource.Members.Skip(1)] } },
            "pValue" => e with { Calibration = e.Calibration with { PValue = e.Calibration.PValue / 2 } },
            "stream" => e with { Stream = e.Stream with { Name = "gauge.0" } },
            "why" => e with { Explanation = e.Explanation with { Why = "all is well" } },
            _ => e with { Resource = null },
        };
        forged = forged with { ContentHash = EvidenceJson.HashContent(forged) };
        Assert.NotEmpty(EvidenceVerifier.Verify(EvidenceJson.Write(forged)).Differences);
    }

    [Fact]
    public void Metrics_that_fit_together_raise_no_alarm()
    {
        for (ulong seed = 10; seed < 20; seed++)
            Assert.True(Run(1500, seed, _ => false).All(verdict => verdict.Kind is not VerdictKind.Anomaly), $"seed {seed}");
    }

    [Fact]
    public void An_engine_restored_after_every_request_goes_on_byte_for_byte()
    {
        var restored = Run(1000, 1, row => row >= 900, restore: true);
        Assert.Equal(Broken.Value.Select(verdict => verdict.Image()), restored.Select(verdict => verdict.Image()));
    }

    [Fact]
    public void Requests_of_many_times_give_the_same_alarm()
    {
        var alarm = Run(1000, 1, row => row >= 900, timesPerRequest: 50).First(verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.Equal(JudgedUnit.Resource, alarm.Unit);
        Assert.StartsWith("The metrics of shop no longer fit together: gauge.4 is ", alarm.Evidence!.Explanation.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_jump_of_one_metric_is_told_by_that_metric_alone()
    {
        var verdicts = Run(1000, 1, _ => false, jumps: row => row >= 900);
        Assert.Single(verdicts, verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.Contains(verdicts, verdict => verdict is { Unit: JudgedUnit.Resource, Kind: VerdictKind.Suppressed });
    }

    [Fact]
    public void However_many_metrics_and_times_there_are_what_is_judged_jointly_stays_under_its_bound()
    {
        var random = new SeededRandom(30);
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        for (var request = 0; request < 12; request++)
            for (var metric = 0; metric < 60; metric++)
                engine.Feed(MetricEvents.Block([.. Enumerable.Range(0, 300).Select(_ => new[] { random.Normal() })], request * 300, name: $"gauge.{metric}"), request, verdicts, Begin + (request * 300 * Second));
        var group = new ByteBuffer();
        engine.SaveStream(StreamId.Of(1, Signal.Metrics, "shop"u8, default), group);
        var loaded = ResourceGroup.Load(group.Written[1..]);
        Assert.Equal(ResourceGroup.MostMembers, loaded.Members.Count);
        Assert.InRange(loaded.Bytes, 100_000, ResourceGroup.MaxBytes);
    }

    private static List<Verdict> Run(int rows, ulong seed, Func<int, bool> isBroken, Func<int, bool>? jumps = null, int timesPerRequest = 1, bool restore = false)
    {
        var random = new SeededRandom(seed);
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        var load = 0.0;
        var values = new double[rows][];
        for (var row = 0; row < rows; row++)
        {
            load = (0.8 * load) + random.Normal();
            values[row] = [.. Enumerable.Range(0, 5).Select(i => 100 + (10 * load * (i == 4 && isBroken(row) ? -1 : 1)) + (2 * random.Normal()) + (i == 2 && jumps?.Invoke(row) == true ? 400 : 0))];
        }
        for (var first = 0; first < rows; first += timesPerRequest)
        {
            for (var metric = 0; metric < 5; metric++)
            {
                var points = new EventWriter();
                for (var row = first; row < Math.Min(rows, first + timesPerRequest); row++)
                {
                    points.Begin((ulong)(Begin + (row * 10 * Second)), (byte)PointKind.Gauge, "By"u8, default);
                    points.Number(values[row][metric]);
                    points.End();
                }
                var payload = new ByteBuffer();
                EventBlock.Write(payload, Signal.Metrics, "shop"u8, Encoding.UTF8.GetBytes($"gauge.{metric}"), "instance"u8, 1, points.Written, points.EventCount);
                engine.Feed(payload.Written.ToArray(), first, verdicts, Begin + ((first + timesPerRequest - 1) * 10 * Second));
            }
            engine.Tick(new LogPosition(0, first), Begin + (((first + timesPerRequest - 1) * 10) + 3) * Second, verdicts);
            if (restore) engine = engine.Restored();
        }
        return verdicts;
    }
}

using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Traces;
using Driftlock.Tests.Traces;

namespace Driftlock.Tests.Engine;

public sealed class SpanStreamTests
{
    internal static readonly Lazy<List<Verdict>> Broken = new(() =>
    {
        var source = new SyntheticTraces(7);
        return SpanEvents.Run(Enumerable.Range(0, 1500).Select(i => i is >= 1200 and < 1300 ? Failing(source.Next(SyntheticTraces.Provider, 30)) : source.Next()));
    });

    [Fact]
    public void Every_span_lies_in_one_window_and_judged_traces_come_on_top()
    {
        var source = new SyntheticTraces(7);
        var spans = Enumerable.Range(0, 1500).Sum(i => source.Next().Length);
        Assert.InRange(Broken.Value.Sum(verdict => verdict.CountedEvents), spans - 300, spans + 300);
        Assert.Equal(1500 - 400, Broken.Value.Count(verdict => verdict.Unit == JudgedUnit.Trace));
        Assert.All(Broken.Value, verdict => Assert.Equal(Signal.Traces, verdict.Signal));
    }

    [Fact]
    public void A_slow_and_failing_operation_raises_an_alarm_for_the_first_trace_and_for_its_own_window_that_both_name_it()
    {
        var alarms = Broken.Value.Where(verdict => verdict.Kind == VerdictKind.Anomaly).ToList();
        var trace = alarms.First(verdict => verdict.Unit == JudgedUnit.Trace);
        var window = alarms.First(verdict => verdict.Unit != JudgedUnit.Trace && verdict.Stream == SpanEvents.Stream(SyntheticTraces.Provider));
        Assert.Equal(SpanEvents.Stream(SyntheticTraces.Root), trace.Stream);
        Assert.Contains(", which began with frontend GET /checkout", trace.Evidence!.Explanation.Why, StringComparison.Ordinal);
        Assert.Contains("payment POST provider", window.Evidence!.Explanation.Why, StringComparison.Ordinal);
        Assert.InRange(alarms.Count, 2, 12);
    }

    [Fact]
    public void Their_evidence_verifies_alone()
    {
        var alarms = Broken.Value.Where(verdict => verdict.Kind == VerdictKind.Anomaly).ToList();
        Assert.Contains(alarms, alarm => alarm.Evidence!.Spans!.Unit == EvidenceSpans.Trace);
        Assert.Contains(alarms, alarm => alarm.Evidence!.Spans!.Unit == EvidenceSpans.Window);
        Assert.All(alarms, alarm => Assert.Empty(EvidenceVerifier.Verify(EvidenceJson.Write(alarm.Evidence!)).Differences));
    }

    public static TheoryData<string, bool> Forgeries
    {
        get
        {
            var all = new TheoryData<string, bool>();
            foreach (var what in (string[])["state", "events", "pValue", "score", "why", "trace", "operations"]) foreach (var isOfTrace in (bool[])[true, false]) all.Add(what, isOfTrace);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void A_changed_figure_is_found_even_when_the_hash_is_made_to_fit(string what, bool isOfTrace)
    {
        var e = Broken.Value.First(verdict => verdict.Kind == VerdictKind.Anomaly && (verdict.Unit == JudgedUnit.Trace) == isOfTrace).Evidence!;
        var spans = e.Spans!;
        var forged = what switch
        {
            "state" => e with { Spans = spans with { Operations = [.. spans.Operations.Select(operation => operation with { State = [.. operation.State.Select((b, i) => i == operation.State.Length - 30 ? (byte)(b ^ 1) : b)] })] } },
            "events" => e with { Window = e.Window with { Events = [.. e.Window.Events.Select((b, i) => i == 34 ? (byte)(b ^ 8) : b)] } },
            "pValue" => e with { Calibration = e.Calibration with { PValue = e.Calibration.PValue / 2 } },
            "score" => e with { Calibration = e.Calibration with { Statistics = [.. e.Calibration.Statistics.Select((row, i) => i == 1 ? row with { Value = row.Value + 1 } : row)] } },
            "why" => e with { Explanation = e.Explanation with { Why = "all is well" } },
            "trace" => e with { Spans = spans with { Unit = isOfTrace ? EvidenceSpans.Window : EvidenceSpans.Trace } },
            _ => e with { Spans = spans with { Operations = [] } },
        };
        forged = forged with { ContentHash = EvidenceJson.HashContent(forged) };
        Assert.NotEmpty(EvidenceVerifier.Verify(EvidenceJson.Write(forged)).Differences);
    }

    [Fact]
    public void A_call_that_is_no_longer_made_is_named_with_what_is_usual()
    {
        var source = new SyntheticTraces(8);
        var verdicts = SpanEvents.Run(Enumerable.Range(0, 1200).Select(i => source.Next(without: i is >= 1000 and < 1050 ? SyntheticTraces.Cart : 0)));
        var alarm = verdicts.First(verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.Contains("frontend GET /checkout called cart Cart/Get never, where once is usual (", alarm.Evidence!.Explanation.Why, StringComparison.Ordinal);
        Assert.True(EvidenceVerifier.Verify(EvidenceJson.Write(alarm.Evidence)).Verified);
    }

    [Fact]
    public void An_engine_restored_after_every_request_goes_on_byte_for_byte()
    {
        SpanFacts[][] traces = [.. Traces(9, 700, 600)];
        var whole = SpanEvents.Run(traces);
        var restored = SpanEvents.Run(traces, engine => engine.Restored());
        Assert.Contains(whole, verdict => verdict.Kind == VerdictKind.Anomaly);
        Assert.Equal(whole.Select(verdict => verdict.Image()), restored.Select(verdict => verdict.Image()));
    }

    [Theory]
    [InlineData(101ul)]
    [InlineData(102ul)]
    public void Ordinary_traces_raise_no_alarm(ulong seed)
    {
        var verdicts = SpanEvents.Run(Traces(seed, 3000, int.MaxValue));
        Assert.DoesNotContain(verdicts, verdict => verdict.Kind is VerdictKind.Anomaly or VerdictKind.Suppressed);
    }

    [Fact]
    public void Spans_without_a_trace_repeated_ids_and_circles_of_parents_stop_nothing()
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        for (var i = 0; i < 600; i++)
        {
            SpanFacts[] odd =
            [
                new(SyntheticTraces.Cart, 1, 2, 0, 5, 0, 1, 1), new(SyntheticTraces.Cart, 2, 1, 0, 5, 9, 1, 1), new(SyntheticTraces.Cart, 2, 2, ulong.MaxValue, ulong.MaxValue, 2, 1, 1),
                new(SyntheticTraces.Provider, 0, 0, 7, 0, 0, 1, 1),
            ];
            engine.FeedEntry(SpanEvents.Entry(i % 3 == 0 ? 0 : 77UL, odd), i, 1_000_000L * i, verdicts);
        }
        engine.Tick(new LogPosition(0, 600), long.MaxValue, verdicts);
        Assert.False(engine.HasOpenWindows);
        Assert.InRange(verdicts.Sum(verdict => verdict.CountedEvents), 1, 2400);
    }

    [Fact]
    public void The_engine_says_what_it_holds_in_memory()
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        var offset = 0L;
        foreach (var spans in Traces(11, 500, int.MaxValue)) engine.FeedEntry(SpanEvents.Entry((ulong)offset + 1, spans), offset, 1_000_000_000 * offset++, verdicts);
        for (var i = 0; i < 600; i += 10) engine.Feed(MetricEvents.Block([.. MetricEvents.Wave(10, (ulong)i).Select(value => new[] { value })], i), offset++, verdicts);
        engine.Tick(new LogPosition(0, offset), long.MaxValue, verdicts);
        var streams = verdicts.Select(verdict => verdict.Stream).Distinct().ToList();
        Assert.Equal(streams.Count, engine.StreamCount);
        var held = streams.Sum(stream => engine.Progress(stream).StateBytes);
        Assert.InRange(engine.StateBytes, held, held + 100_000);
        Assert.Equal(engine.StreamCount, engine.Restored().StreamCount);
    }

    internal static SpanFacts[] Failing(SpanFacts[] spans) => [.. spans.Select(span => span with { Status = SpanFacts.Error, Kind = 99 })];

    private static IEnumerable<SpanFacts[]> Traces(ulong seed, int count, int slowFrom)
    {
        var source = new SyntheticTraces(seed);
        for (var i = 0; i < count; i++) yield return source.Next(i >= slowFrom ? SyntheticTraces.Cart : 0, 40);
    }
}

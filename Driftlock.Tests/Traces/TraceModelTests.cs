using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Traces;
using Driftlock.Cli.Eval;

namespace Driftlock.Tests.Traces;

public sealed class TraceModelTests
{
    private readonly TraceTree _tree = new();

    [Fact]
    public void Ordinary_traces_and_windows_stay_at_the_level()
    {
        int traces = 0, flaggedTraces = 0, windows = 0, flaggedWindows = 0;
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var source = new SyntheticTraces(seed);
            var model = new TraceProbe();
            for (var i = 0; i < 1500; i++)
            {
                var verdict = Judge(model, source.Next());
                if (!double.IsNaN(verdict.PValue) && ++traces > 0 && verdict.PValue <= 0.05) flaggedTraces++;
                foreach (var window in model.Windows)
                    if (!double.IsNaN(window.PValue) && ++windows > 0 && window.PValue <= 0.05) flaggedWindows++;
            }
        }
        Assert.InRange(flaggedTraces / (double)traces, 0, 0.06);
        Assert.InRange(flaggedWindows / (double)windows, 0, 0.07);
        Assert.True(windows > 400, $"only {windows} windows were judged");
    }

    [Theory]
    [InlineData(SyntheticTraces.Cart)]
    [InlineData(SyntheticTraces.Provider)]
    public void A_slow_span_is_seen_and_named_with_what_is_usual_and_not_those_that_wait_for_it(ulong slowed)
    {
        for (ulong seed = 11; seed <= 15; seed++)
        {
            var (model, source) = Learned(seed, 600);
            var verdict = Judge(model, source.Next(slowed, 20));
            Assert.True(verdict.PValue <= 0.01, $"seed {seed}: p = {verdict.PValue}");
            var deviation = verdict.Deviation;
            Assert.Equal(slowed, _tree.Spans[deviation.Span].Operation);
            Assert.True(deviation.IsSlow);
            Assert.True(deviation.Low <= deviation.Typical && deviation.Typical <= deviation.High && deviation.High < deviation.SelfTime);
        }
    }

    [Fact]
    public void A_missing_call_is_seen_and_its_caller_is_named()
    {
        for (ulong seed = 21; seed <= 25; seed++)
        {
            var (model, source) = Learned(seed, 600);
            var verdict = Judge(model, source.Next(without: SyntheticTraces.Cart));
            Assert.True(verdict.PValue <= 0.02, $"seed {seed}: p = {verdict.PValue}");
            Assert.Equal(SyntheticTraces.Root, _tree.Spans[verdict.Deviation.Span].Operation);
            Assert.False(verdict.Deviation.IsSlow);
        }
    }

    [Fact]
    public void A_window_in_which_one_span_in_three_is_slower_or_fails_is_flagged()
    {
        foreach (var (kind, factor, status) in new[] { ("slow", 4.0, (byte)0), ("error", 1.0, SpanFacts.Error) })
        {
            var (model, source) = Learned(31, 1500);
            var random = new SeededRandom(32);
            var found = false;
            for (var i = 0; i < 200 && !found; i++)
            {
                var spans = source.Next(random.Below(3) == 0 ? SyntheticTraces.Cart : 0, factor);
                for (var s = 0; s < spans.Length; s++)
                    if (spans[s].Operation == SyntheticTraces.Cart && random.Below(3) == 0) spans[s] = spans[s] with { Status = status };
                Judge(model, spans);
                foreach (var window in model.Windows) found |= window.Operation == SyntheticTraces.Cart && window.PValue <= 0.01;
            }
            Assert.True(found, $"{kind}: no window of 200 traces reached p <= .01");
        }
    }

    [Fact]
    public void A_restored_model_goes_on_bit_for_bit()
    {
        var (model, source) = Learned(41, 700);
        var restored = TraceProbe.Load(model.Save());
        for (var i = 0; i < 300; i++)
        {
            var spans = source.Next(i % 50 == 0 ? SyntheticTraces.Provider : 0, 3);
            Assert.Equal(Judge(model, spans), Judge(restored, spans));
            Assert.Equal(model.Windows, restored.Windows);
        }
        Assert.Equal(model.Save(), restored.Save());
    }

    [Fact]
    public void An_operation_that_calls_and_is_called_by_ever_new_ones_stays_under_its_bound()
    {
        const ulong Busy = 77;
        var random = new SeededRandom(51);
        var model = new TraceProbe();
        for (ulong i = 1; i < 6000; i++)
        {
            Judge(model,
            [
                new SpanFacts(random.Next(), 1, 0, 0, 100_000, 0, 1, 1), new SpanFacts(Busy, 2, 1, 5, random.Next() >> (1 + random.Below(50)), 0, 1, (ushort)(1 + random.Below(4000))),
                new SpanFacts(random.Next(), 3, 2, 7, 10, 0, 1, 1), new SpanFacts(Busy, 4, 0, i, 100, 0, 1, 1),
            ]);
        }
        Assert.InRange(model.Find(Busy).Bytes, 1, SpanStream.MaxBytes);
    }

    [Fact]
    public void Once_it_has_grown_judging_allocates_nothing_per_span()
    {
        var (model, source) = Learned(61, 2000);
        var traces = Enumerable.Range(0, 500).Select(_ => source.Next()).ToList();
        var spans = traces.Sum(trace => trace.Length);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var trace in traces) Judge(model, trace);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / (double)spans, 0, 4);
    }

    private (TraceProbe Model, SyntheticTraces Source) Learned(ulong seed, int traces)
    {
        var source = new SyntheticTraces(seed);
        var model = new TraceProbe();
        for (var i = 0; i < traces; i++) Judge(model, source.Next());
        return (model, source);
    }

    private TraceVerdict Judge(TraceProbe model, SpanFacts[] spans)
    {
        _tree.Clear(0, 1, 0);
        foreach (var span in spans) _tree.Add(span);
        _tree.Link();
        return model.Judge(_tree);
    }
}

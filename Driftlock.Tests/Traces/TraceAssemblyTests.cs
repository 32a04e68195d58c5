using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Traces;

namespace Driftlock.Tests.Traces;

public sealed class TraceAssemblyTests
{
    private readonly TraceTree _tree = new();

    [Fact]
    public void Spans_in_any_order_among_those_of_other_traces_give_the_same_trees()
    {
        const ulong Seed = 21;
        var source = new SyntheticTraces(Seed);
        var traces = Enumerable.Range(1, 50).Select(id => (Id: (ulong)id, Spans: source.Next())).ToList();
        var arrivals = traces.SelectMany(trace => trace.Spans.Select(span => (trace.Id, Span: span))).ToArray();
        new SeededRandom(Seed).Shuffle(arrivals.AsSpan());
        var assembly = new TraceAssembly();
        foreach (var (id, span) in arrivals) assembly.Add(0, id, span, 1000);
        var seen = new List<ulong>();
        while (assembly.TryTake(1000 + TraceAssembly.IdleNano, _tree))
        {
            seen.Add(_tree.TraceIdLow);
            Assert.Equal(traces[(int)_tree.TraceIdLow - 1].Spans.OrderBy(span => span.SpanId), _tree.Spans.ToArray().OrderBy(span => span.SpanId));
            Assert.Equal(0, _tree.MissingParents);
        }
        Assert.Equal(traces.Select(trace => trace.Id), seen.Order());
        Assert.Equal((0, 0), (assembly.Traces, assembly.Spans));
    }

    [Fact]
    public void A_trace_is_complete_once_its_root_came_and_nothing_more_for_a_while()
    {
        var assembly = new TraceAssembly();
        assembly.Add(1, 1, Span(2, 1), 0);
        assembly.Add(1, 1, Span(1, 0), 100);
        Assert.False(assembly.TryTake(99 + TraceAssembly.IdleNano, _tree));
        assembly.Add(1, 1, Span(3, 1), 200);
        Assert.False(assembly.TryTake(199 + TraceAssembly.IdleNano, _tree));
        Assert.True(assembly.TryTake(200 + TraceAssembly.IdleNano, _tree));
        Assert.Equal(3, _tree.Count);
    }

    [Fact]
    public void A_trace_without_its_root_is_waited_for_longer_and_holds_up_no_other()
    {
        var assembly = new TraceAssembly();
        assembly.Add(1, 1, Span(2, 1), 0);
        assembly.Add(1, 2, Span(1, 0), 0);
        Assert.True(assembly.TryTake(TraceAssembly.IdleNano, _tree));
        Assert.Equal(2UL, _tree.TraceIdLow);
        Assert.False(assembly.TryTake(TraceAssembly.OrphanIdleNano - 1, _tree));
        Assert.True(assembly.TryTake(TraceAssembly.OrphanIdleNano, _tree));
        Assert.Equal(1, _tree.MissingParents);
    }

    [Fact]
    public void Spans_beyond_the_bound_of_a_trace_are_counted_and_left_out()
    {
        var assembly = new TraceAssembly();
        for (ulong i = 1; i <= TraceAssembly.MaxSpansPerTrace + 7; i++) assembly.Add(1, 1, Span(i, i - 1), 0);
        Assert.True(assembly.TryTake(TraceAssembly.IdleNano, _tree));
        Assert.Equal((TraceAssembly.MaxSpansPerTrace, 7), (_tree.Count, _tree.Dropped));
    }

    [Theory]
    [InlineData(1, TraceAssembly.MaxTraces)]
    [InlineData(1024, TraceAssembly.MaxSpans / 1024)]
    public void At_a_bound_the_trace_that_was_idle_longest_is_given_out_early(int spansPerTrace, int traces)
    {
        var assembly = new TraceAssembly();
        for (var trace = 0; trace < traces; trace++)
        {
            Assert.False(assembly.IsFull);
            Assert.False(assembly.TryTake(trace, _tree));
            for (var i = 1; i <= spansPerTrace; i++) assembly.Add(0, (ulong)trace, Span((ulong)i, trace % 2 == 0 ? 0UL : 99_999), trace);
        }
        Assert.True(assembly.IsFull);
        Assert.InRange(assembly.Bytes, 1, 4_600_000);
        Assert.Throws<InvalidOperationException>(() => assembly.Add(7, 7, Span(1, 0), traces));
        Assert.True(assembly.TryTake(traces, _tree));
        Assert.Equal(0UL, _tree.TraceIdLow);
        Assert.False(assembly.IsFull);
    }

    [Fact]
    public void A_restored_assembly_gives_out_the_same_traces_in_the_same_order()
    {
        const ulong Seed = 22;
        var source = new SyntheticTraces(Seed);
        var random = new SeededRandom(Seed);
        var assembly = new TraceAssembly();
        for (var i = 0; i < 400; i++)
            foreach (var span in source.Next())
                if (random.Below(8) > 0) assembly.Add(0, (ulong)random.Below(60), span, i);
        var state = new ByteBuffer();
        assembly.Save(state);
        var rest = state.Written;
        var restored = new TraceAssembly();
        restored.Load(ref rest);
        Assert.True(rest.IsEmpty);
        var other = new TraceTree();
        while (assembly.TryTake(long.MaxValue, _tree))
        {
            Assert.True(restored.TryTake(long.MaxValue, other));
            Assert.Equal((_tree.TraceIdLow, _tree.Dropped), (other.TraceIdLow, other.Dropped));
            Assert.Equal(_tree.Spans.ToArray(), other.Spans.ToArray());
        }
        Assert.False(restored.TryTake(long.MaxValue, other));
    }

    private static SpanFacts Span(ulong id, ulong parent) => new(5, id, parent, id, 1, 0, 1, 1);
}

using Driftlock.Cbad.Traces;

namespace Driftlock.Tests.Traces;

public sealed class TraceTreeTests
{
    [Fact]
    public void Self_time_leaves_out_what_any_child_covers_and_counts_overlaps_once()
    {
        var tree = Tree(Span(1, 0, 0, 100), Span(2, 1, 10, 30), Span(3, 1, 20, 40), Span(4, 1, 90, 50), Span(5, 3, 25, 5));
        Assert.Equal([40UL, 30UL, 35UL, 5UL, 50UL], tree.Spans.ToArray().Select((_, i) => tree.SelfTime(i)));
        Assert.Equal([1UL, 2UL, 3UL, 5UL, 4UL], tree.Spans.ToArray().Select(span => span.SpanId));
    }

    [Fact]
    public void The_critical_path_goes_through_what_ended_last_and_its_parts_sum_to_the_root()
    {
        // 2 and 3 run side by side, 3 ends last; 4 follows.
        var tree = Tree(Span(1, 0, 0, 100), Span(2, 1, 10, 20), Span(3, 1, 10, 40), Span(4, 1, 60, 30), Span(5, 4, 65, 10));
        Assert.Equal([30UL, 40UL, 0UL, 20UL, 10UL], ById(tree, [1, 3, 2, 4, 5]));
        Assert.Equal(100UL, tree.Critical.ToArray().Aggregate(0UL, (sum, part) => sum + part));
    }

    [Fact]
    public void A_missing_parent_is_counted_and_the_root_is_the_span_without_one()
    {
        var tree = Tree(Span(2, 9, 0, 50), Span(1, 0, 5, 10), Span(3, 1, 6, 2));
        Assert.Equal(1, tree.MissingParents);
        Assert.Equal(1UL, tree.Spans[tree.Root].SpanId);
        Assert.Equal([TraceTree.MissingParent, TraceTree.NoParent, 1], tree.Parents.ToArray());
    }

    [Fact]
    public void Without_any_root_the_earliest_span_stands_for_it()
    {
        var tree = Tree(Span(3, 8, 20, 5), Span(2, 9, 10, 5));
        Assert.Equal(2UL, tree.Spans[tree.Root].SpanId);
        Assert.Equal(2, tree.MissingParents);
    }

    [Fact]
    public void Spans_that_are_each_others_parents_or_their_own_and_repeated_ids_do_no_harm()
    {
        var tree = Tree(Span(1, 2, 0, 10), Span(2, 1, 1, 5), Span(3, 3, 2, 1), Span(4, 0, 3, 4), Span(4, 0, 3, 4), Span(5, 4, 4, 1));
        Assert.Equal(4UL, tree.Spans[tree.Root].SpanId);
        Assert.Equal(3, tree.Parents[^1]);
        Assert.Equal(4UL, tree.Critical.ToArray().Aggregate(0UL, (sum, part) => sum + part));
    }

    private static IEnumerable<ulong> ById(TraceTree tree, ulong[] ids)
    {
        var critical = tree.Critical.ToArray();
        var spans = tree.Spans.ToArray();
        return ids.Select(id => critical[Array.FindIndex(spans, span => span.SpanId == id)]);
    }

    private static TraceTree Tree(params SpanFacts[] spans)
    {
        var tree = new TraceTree();
        foreach (var order in new[] { spans, [.. spans.Reverse()] })
        {
            tree.Clear(1, 1, 0);
            foreach (var span in order) tree.Add(span);
            tree.Link();
        }
        return tree;
    }

    private static SpanFacts Span(ulong id, ulong parent, ulong start, ulong duration) => new(10 + id, id, parent, start, duration, 0, 1, 1);
}

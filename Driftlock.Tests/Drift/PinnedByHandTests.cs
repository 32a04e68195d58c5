using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Drift;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Engine;

namespace Driftlock.Tests.Drift;

public sealed class PinnedByHandTests
{
    private static readonly StreamId Stream = StreamId.Of(1, Signal.Logs, "shop"u8, "scope"u8);

    [Fact]
    public void A_baseline_that_settles_is_reported_once_with_its_blocks()
    {
        var engine = Fed(4_000);
        var changes = engine.TakeAnchorChanges();
        var errors = Assert.Single(changes, change => change.Pinned is { BlockEvents: Anchor.ShortestBlock });
        Assert.Equal((Stream, 1, false, Anchor.Blocks), (errors.Stream, errors.Tenant, errors.ByHand, errors.Pinned!.Means.Count));
        Assert.Empty(engine.TakeAnchorChanges());
    }

    [Fact]
    public void What_is_there_is_pinned_by_hand_where_it_is_enough_to_rank_among()
    {
        var engine = Fed(Anchor.LeastByHand * Anchor.ShortestBlock);
        engine.Pin(Stream);
        var change = engine.TakeAnchorChanges()[0];
        Assert.Equal((true, Anchor.LeastByHand), (change.ByHand, change.Pinned!.Means.Count));
        var early = Fed((Anchor.LeastByHand * Anchor.ShortestBlock) - 1);
        early.Pin(Stream);
        Assert.DoesNotContain(early.TakeAnchorChanges(), found => found.Pinned?.Means.Count < Anchor.Blocks);
    }

    [Fact]
    public void What_is_superseded_by_hand_is_collected_anew()
    {
        var engine = Fed(4_000);
        engine.TakeAnchorChanges();
        engine.Supersede(Stream);
        Assert.All(engine.TakeAnchorChanges(), change => Assert.Equal((true, null), (change.ByHand, change.Pinned)));
        Feed(engine, 4_000, 4_000);
        Assert.Contains(engine.TakeAnchorChanges(), change => change.Pinned is not null);
    }

    [Fact]
    public void A_stream_that_was_never_seen_is_passed_over()
    {
        var engine = Fed(100);
        engine.Pin(new StreamId(7));
        engine.Supersede(new StreamId(7));
        Assert.Empty(engine.TakeAnchorChanges());
    }

    private static PartitionEngine Fed(int count)
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        Feed(engine, count, 0);
        return engine;
    }

    private static void Feed(PartitionEngine engine, int count, long offset)
    {
        var random = new SeededRandom(9);
        var verdicts = new List<Verdict>();
        var received = 1_000_000_000 + (offset * 1_000_000_000);
        foreach (var line in LogEvents.Ordinary(count, 5))
        {
            received += 1_000_000 + random.Below(50_000_000);
            engine.Feed(LogEvents.Block([line]), offset++, verdicts, received);
        }
    }
}

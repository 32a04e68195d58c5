using Driftlock.Web.ApiClient;
using Driftlock.Web.Components.Live;

namespace Driftlock.Tests.Web;

public sealed class LiveListTests
{
    private static AnomalySummary Number(long sequence) => new() { Id = $"0-{sequence}-0", Sequence = sequence };

    [Fact]
    public void The_feed_continues_after_the_newest_anomaly_that_the_page_has()
    {
        Assert.Equal("0", new LiveList([]).LastEventId);
        var list = new LiveList([Number(7), Number(9), Number(8)]);
        Assert.Equal("9", list.LastEventId);
        list.Add(Number(12));
        Assert.Equal("12", list.LastEventId);
    }

    [Fact]
    public void A_replayed_anomaly_appears_once()
    {
        var list = new LiveList([Number(1)]);
        Assert.True(list.Add(Number(2)));
        Assert.False(list.Add(Number(2)));
        Assert.False(list.Add(Number(1)));
        Assert.Equal([2, 1], list.Items.Select(a => a.Sequence));
    }

    [Fact]
    public void While_paused_nothing_moves_and_nothing_is_lost()
    {
        var list = new LiveList([Number(1)]);
        list.Pause();
        list.Add(Number(2));
        list.Add(Number(3));
        Assert.Equal((1, 2), (list.Items.Count, list.Waiting));
        list.Resume();
        Assert.Equal([3, 2, 1], list.Items.Select(a => a.Sequence));
        Assert.Equal(2, list.Fresh.Count);
        Assert.Equal(0, list.Waiting);
    }

    [Fact]
    public void Neither_the_page_nor_the_pause_grows_without_end()
    {
        var list = new LiveList([]);
        list.Pause();
        for (var i = 1; i <= 3 * LiveList.Capacity; i++)
            list.Add(Number(i));
        Assert.Equal(3 * LiveList.Capacity, list.Waiting);
        list.Resume();
        Assert.Equal(LiveList.Capacity, list.Items.Count);
        Assert.Equal(3 * LiveList.Capacity, list.Items[0].Sequence);
        Assert.True(list.Fresh.Count <= LiveList.Capacity);
    }
}

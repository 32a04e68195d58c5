using Driftlock.Cbad.Events;
using Driftlock.Cbad.Series;

namespace Driftlock.Tests.Series;

public sealed class CounterRateTests
{
    private const ulong Second = 1_000_000_000;

    [Fact]
    public void A_growing_counter_becomes_units_a_second()
    {
        var counter = new CounterRate();
        Assert.Null(counter.Observe(Second, 10 * Second, 100));
        Assert.Equal(5, counter.Observe(Second, 20 * Second, 150));
        Assert.Equal(0, counter.Observe(Second, 30 * Second, 150));
    }

    [Fact]
    public void A_smaller_value_is_a_counter_that_began_again_at_0()
    {
        var counter = new CounterRate();
        counter.Observe(0, 10 * Second, 1000);
        Assert.Equal(3, counter.Observe(0, 20 * Second, 30));
    }

    [Fact]
    public void A_later_start_time_is_a_reset_and_the_time_counts_from_it()
    {
        var counter = new CounterRate();
        counter.Observe(Second, 10 * Second, 1000);
        Assert.Equal(400, counter.Observe(15 * Second, 20 * Second, 2000));
    }

    [Fact]
    public void A_point_out_of_order_or_without_a_number_is_left_out()
    {
        var counter = new CounterRate();
        counter.Observe(Second, 10 * Second, 100);
        Assert.Null(counter.Observe(Second, 10 * Second, 120));
        Assert.Null(counter.Observe(Second, 9 * Second, 120));
        Assert.Null(counter.Observe(Second, 15 * Second, double.NaN));
        Assert.Equal(5, counter.Observe(Second, 20 * Second, 150));
    }

    [Fact]
    public void Restored_it_goes_on_from_the_last_point()
    {
        var counter = new CounterRate();
        counter.Observe(Second, 10 * Second, 100);
        var bytes = new ByteBuffer();
        counter.Save(bytes);
        var restored = new CounterRate();
        var rest = bytes.Written;
        restored.Load(ref rest);
        Assert.Equal(5, restored.Observe(Second, 20 * Second, 150));
    }
}

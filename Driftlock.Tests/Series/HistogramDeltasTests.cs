using Driftlock.Cbad.Events;
using Driftlock.Cbad.Series;

namespace Driftlock.Tests.Series;

public sealed class HistogramDeltasTests
{
    private const ulong Second = 1_000_000_000;

    private static readonly double[] Bounds = [10, 20, 50];

    [Fact]
    public void A_delta_point_says_rate_mean_and_quantiles()
    {
        var figures = new HistogramDeltas().Observe(10 * Second, 20 * Second, false, 500, Bounds, [10, 20, 10, 0])!.Value;
        Assert.Equal(4, figures.Rate);
        Assert.Equal(12.5, figures.Mean);
        Assert.Equal(15, figures.Median);
        Assert.Equal(44, figures.Percentile95, 9);
    }

    [Fact]
    public void Cumulative_points_are_subtracted_and_a_reset_begins_anew()
    {
        var histogram = new HistogramDeltas();
        Assert.Null(histogram.Observe(Second, 10 * Second, true, 500, Bounds, [10, 20, 10, 0]));
        var figures = histogram.Observe(Second, 20 * Second, true, 650, Bounds, [10, 30, 10, 0])!.Value;
        Assert.Equal(new HistogramFigures(1, 15, 15, 19.5), figures);
        var after = histogram.Observe(Second, 30 * Second, true, 45, Bounds, [0, 3, 0, 0])!.Value;
        Assert.Equal(0.3, after.Rate, 9);
        Assert.Equal(15, after.Mean);
    }

    [Fact]
    public void A_point_without_measurements_has_a_rate_and_nothing_else()
    {
        var figures = new HistogramDeltas().Observe(10 * Second, 20 * Second, false, 0, Bounds, [0, 0, 0, 0])!.Value;
        Assert.Equal(0, figures.Rate);
        Assert.True(double.IsNaN(figures.Mean) && double.IsNaN(figures.Median) && double.IsNaN(figures.Percentile95));
    }

    [Fact]
    public void Counts_that_do_not_fit_the_bounds_and_points_out_of_order_are_left_out()
    {
        var histogram = new HistogramDeltas();
        Assert.Null(histogram.Observe(Second, 2 * Second, false, 0, Bounds, [1, 2]));
        Assert.NotNull(histogram.Observe(Second, 2 * Second, false, 1, Bounds, [1, 0, 0, 0]));
        Assert.Null(histogram.Observe(Second, 2 * Second, false, 1, Bounds, [1, 0, 0, 0]));
    }

    [Fact]
    public void The_first_point_of_unknown_beginning_has_no_rate()
    {
        var histogram = new HistogramDeltas();
        Assert.Null(histogram.Observe(0, Second, false, 1, Bounds, [1, 0, 0, 0]));
        Assert.Equal(1, histogram.Observe(0, 2 * Second, false, 1, Bounds, [1, 0, 0, 0])!.Value.Rate);
    }

    [Fact]
    public void More_buckets_than_are_kept_count_into_the_last()
    {
        var bounds = Enumerable.Range(1, 300).Select(i => (double)i).ToArray();
        var counts = Enumerable.Repeat(1UL, 301).ToArray();
        var figures = new HistogramDeltas().Observe(Second, 2 * Second, false, 301, bounds, counts)!.Value;
        Assert.Equal(301, figures.Rate);
        Assert.Equal(HistogramDeltas.MaxBuckets - 1, figures.Percentile95);
    }

    [Fact]
    public void Restored_it_subtracts_from_the_last_point()
    {
        var histogram = new HistogramDeltas();
        histogram.Observe(Second, 10 * Second, true, 500, Bounds, [10, 20, 10, 0]);
        var bytes = new ByteBuffer();
        histogram.Save(bytes);
        var restored = new HistogramDeltas();
        var rest = bytes.Written;
        restored.Load(ref rest);
        Assert.Equal(1, restored.Observe(Second, 20 * Second, true, 650, Bounds, [10, 30, 10, 0])!.Value.Rate);
    }
}

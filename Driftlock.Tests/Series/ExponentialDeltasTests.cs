using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Series;

namespace Driftlock.Tests.Series;

public sealed class ExponentialDeltasTests
{
    private const ulong Second = 1_000_000_000;

    public static TheoryData<string, int> Distributions
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var nature in new[] { "latency", "even", "both signs", "negative", "mostly zero", "one value" })
                foreach (var scale in new[] { -3, 0, 2, 5, 8, 10 }) data.Add(nature, scale);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Distributions))]
    public void The_percentile_lies_in_the_bucket_of_the_true_one(string nature, int scale)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var values = Sample(nature, 400, seed);
            var figures = After(values, scale);
            foreach (var (share, said) in new[] { (0.5, figures.Median), (0.95, figures.Percentile95) })
            {
                var truth = values.Order().ElementAt((int)Math.Ceiling(share * values.Length) - 1);
                var (low, high) = truth == 0 ? (0, 0) : Coarsest(values, truth, scale);
                Assert.True(truth == 0 ? said == 0 : Math.Sign(said) == Math.Sign(truth), $"{nature}, scale {scale}, seed {seed}: {said} for {truth}");
                Assert.InRange(Math.Abs(said), low * (1 - 1e-9), high * (1 + 1e-9));
            }
            Assert.Equal(values.Average(), figures.Mean, 6);
            Assert.Equal(40, figures.Rate, 9);
        }
    }

    [Fact]
    public void Cumulative_points_say_what_came_between_them()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var deltas = new ExponentialDeltas();
            var all = new List<double>(Sample("both signs", 300, seed));
            Assert.Null(deltas.Observe(10 * Second, true, ExponentialSamples.Point(all, 3)));
            for (ulong point = 2; point < 6; point++)
            {
                var added = Sample("both signs", 200, (10 * seed) + point);
                all.AddRange(added);
                Assert.Equal(After(added, 3).Percentile95, deltas.Observe(10 * point * Second, true, ExponentialSamples.Point(all, 3))!.Value.Percentile95, 9);
            }
        }
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(1, 3)]
    public void A_change_of_scale_between_two_points_disturbs_nothing(int before, int after)
    {
        var all = new List<double>(Sample("both signs", 300, 1));
        var deltas = new ExponentialDeltas();
        deltas.Observe(10 * Second, true, ExponentialSamples.Point(all, before));
        for (ulong point = 2; point < 5; point++)
        {
            var added = Sample("both signs", 200, point);
            all.AddRange(added);
            var figures = deltas.Observe(10 * point * Second, true, ExponentialSamples.Point(all, after))!.Value;
            // The first point after the change is seen at the coarser scale, whichever that is; the others at their own.
            var expected = After(added, point == 2 ? Math.Min(before, after) : after);
            Assert.Equal(20, figures.Rate, 9);
            Assert.Equal(expected.Percentile95, figures.Percentile95, 9);
            Assert.Equal(expected.Median, figures.Median, 9);
        }
    }

    [Fact]
    public void A_smaller_count_of_any_bucket_is_a_new_beginning()
    {
        var deltas = new ExponentialDeltas();
        deltas.Observe(10 * Second, true, ExponentialSamples.Point(Sample("latency", 500, 1), 5));
        // More measurements than before, of another process.
        var anew = Sample("even", 900, 2);
        var figures = deltas.Observe(20 * Second, true, ExponentialSamples.Point(anew, 5))!.Value;
        Assert.Equal(90, figures.Rate, 9);
        Assert.Equal(anew.Average(), figures.Mean, 6);
        Assert.Equal(After(anew, 5).Percentile95, figures.Percentile95, 9);
        var threshold = ExponentialSamples.Point([.. anew, .. anew], 5);
        threshold[6] = 1e-3;
        Assert.Equal(180, deltas.Observe(30 * Second, true, threshold)!.Value.Rate, 9);
    }

    [Fact]
    public void More_buckets_than_are_kept_are_merged_with_their_neighbours()
    {
        // Sixty powers of two at scale 8 are 15,360 buckets.
        var random = new SeededRandom(3);
        double[] values = [.. Enumerable.Range(0, 2000).Select(_ => Math.Pow(2, 60 * random.Unit()))];
        var figures = After(values, 8);
        var truth = values.Order().ElementAt(1899);
        // 160 buckets for 60 powers of two: scale 1, where neighbours are 41 % apart.
        var (low, high) = ExponentialSamples.Bounds(truth, 1);
        Assert.InRange(figures.Percentile95, low, high);
        Assert.Equal(2 * ((160 * 8) + (5 * 8)), ExponentialDeltas.Bytes);
    }

    [Fact]
    public void A_point_of_no_measurements_or_of_no_sensible_shape_keeps_count_and_sum()
    {
        var deltas = new ExponentialDeltas();
        deltas.Observe(10 * Second, false, ExponentialSamples.Point([1], 3));
        var empty = deltas.Observe(20 * Second, false, ExponentialSamples.Point([], 3))!.Value;
        Assert.Equal(0, empty.Rate);
        Assert.True(double.IsNaN(empty.Mean) && double.IsNaN(empty.Percentile95));
        var time = 20 * Second;
        foreach (var (at, number) in new[] { (4, double.NaN), (4, 1e9), (7, double.PositiveInfinity), (7, 1e12), (8, -1), (8, 1e9), (8, double.NaN) })
        {
            var numbers = ExponentialSamples.Point([1, 2, 3, 4], 3);
            numbers[at] = number;
            var figures = deltas.Observe(time += Second, false, numbers)!.Value;
            Assert.Equal((4.0, 2.5), (figures.Rate, figures.Mean));
            Assert.True(double.IsNaN(figures.Percentile95), $"number {at} is {number}: {figures.Percentile95}");
        }
        Assert.Equal(4, deltas.Observe(time += Second, false, [4, 10, double.NaN, double.NaN])!.Value.Rate);
        Assert.Null(deltas.Observe(time, false, ExponentialSamples.Point([1], 3)));
    }

    [Theory]
    [InlineData(64)]
    [InlineData(-64)]
    public void Scales_at_the_ends_give_finite_percentiles(int scale)
    {
        foreach (var before in new[] { -scale, scale })
        {
            foreach (var offset in new double[] { int.MinValue + 1.0, -1, 0, int.MaxValue })
            {
                var deltas = new ExponentialDeltas();
                deltas.Observe(Second, true, [2, 2, double.NaN, double.NaN, before, 0, 0, offset, 2, 1, 1, offset]);
                var figures = deltas.Observe(2 * Second, true, [8, 8, double.NaN, double.NaN, scale, 0, 0, offset, 2, 4, 4, offset])!.Value;
                Assert.True(double.IsFinite(figures.Percentile95) && figures.Percentile95 > 0, $"scale {scale} after {before}, offset {offset}: {figures}");
            }
        }
    }

    [Fact]
    public void Restored_it_goes_on_bit_for_bit()
    {
        var all = new List<double>(Sample("both signs", 300, 6));
        var deltas = new ExponentialDeltas();
        for (ulong point = 1; point < 8; point++)
        {
            var bytes = new ByteBuffer();
            deltas.Save(bytes);
            Assert.InRange(bytes.Length, 1, ExponentialDeltas.Bytes);
            var restored = new ExponentialDeltas();
            var rest = bytes.Written;
            restored.Load(ref rest);
            Assert.True(rest.IsEmpty);
            if (point == 5) all.Clear();
            all.AddRange(Sample("both signs", 200, point));
            var numbers = ExponentialSamples.Point(all, 5 - (int)(point / 3));
            Assert.Equal(deltas.Observe(10 * point * Second, true, numbers), restored.Observe(10 * point * Second, true, numbers));
            var (one, other) = (new ByteBuffer(), new ByteBuffer());
            deltas.Save(one);
            restored.Save(other);
            Assert.True(one.Written.SequenceEqual(other.Written));
        }
    }

    /// <summary>Figures of one delta point, ten seconds long.</summary>
    private static HistogramFigures After(double[] values, int scale)
    {
        var deltas = new ExponentialDeltas();
        deltas.Observe(Second, false, ExponentialSamples.Point([], scale));
        return deltas.Observe(11 * Second, false, ExponentialSamples.Point(values, scale))!.Value;
    }

    /// <summary>The bucket of a value at the scale at which all values have room.</summary>
    private static (double Low, double High) Coarsest(double[] values, double value, int scale)
    {
        foreach (var sign in new[] { 1, -1 })
        {
            double[] own = [.. values.Where(each => Math.Sign(each) == sign).Select(Math.Abs)];
            while (own.Length > 0 && Math.Log2(own.Max()) * Math.Pow(2, scale) - (Math.Log2(own.Min()) * Math.Pow(2, scale)) > ExponentialBuckets.Most - 2) scale--;
        }
        return ExponentialSamples.Bounds(value, scale);
    }

    private static double[] Sample(string nature, int count, ulong seed)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => nature switch
        {
            "latency" => 0.05 * Math.Exp(random.Normal()),
            "even" => 10 + (90 * random.Unit()),
            "both signs" => 20 * random.Normal(),
            "negative" => -Math.Exp(random.Normal()),
            "mostly zero" => random.Unit() < 0.97 ? 0 : 5,
            _ => 7.5,
        })];
    }
}

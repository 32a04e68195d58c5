using Driftlock.Benchmarks.Load;

namespace Driftlock.Tests.Load;

/// <summary>Arithmetic of the load runner's figures.</summary>
public sealed class LatencyHistogramTests
{
    private const double Width = 1.0 / 64;

    [Fact]
    public void Percentiles_are_those_of_the_sorted_values_within_the_width_of_a_bucket_and_never_too_small()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var histogram = new LatencyHistogram();
        // From microseconds to minutes, evenly over the magnitudes.
        var values = Enumerable.Range(0, 20_000).Select(_ => Math.Floor(Math.Exp(random.NextDouble() * 18))).Order().ToArray();
        foreach (var microseconds in values) histogram.Add(TimeSpan.FromMicroseconds(microseconds));
        foreach (var share in (double[])[0.001, 0.5, 0.95, 0.99, 1])
        {
            var exact = values[(int)Math.Ceiling(values.Length * share) - 1] / 1000;
            var found = histogram.Percentile(share);
            Assert.True(found >= exact && found <= (exact * (1 + Width)) + 0.001, $"seed {seed}, share {share}: {found} for {exact}");
        }
        Assert.Equal(values[^1] / 1000, histogram.MaxMilliseconds);
    }

    [Fact]
    public void Nothing_measured_has_no_latency() => Assert.Equal(0, new LatencyHistogram().Percentile(0.95));

    [Fact]
    public void One_slow_answer_in_a_hundred_shows_in_the_longest_and_not_in_p95()
    {
        var histogram = new LatencyHistogram();
        for (var i = 0; i < 99; i++) histogram.Add(TimeSpan.FromMilliseconds(1));
        histogram.Add(TimeSpan.FromSeconds(7));
        Assert.InRange(histogram.Percentile(0.95), 1, 1.02);
        Assert.Equal(7000, histogram.Percentile(1));
    }

    [Fact]
    public async Task No_latency_is_lost_when_many_add_at_once()
    {
        var histogram = new LatencyHistogram();
        await Task.WhenAll(Enumerable.Range(1, 8).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++) histogram.Add(TimeSpan.FromMicroseconds(thread));
        })));
        Assert.Equal(80_000, histogram.Count);
        Assert.Equal(0.008, histogram.MaxMilliseconds);
    }

    [Fact]
    public void A_steady_schedule_sends_evenly_and_a_ramp_ends_at_its_rate()
    {
        var steady = ArrivalSchedule.Steady(200, TimeSpan.FromSeconds(3));
        Assert.Equal((600, TimeSpan.Zero, TimeSpan.FromSeconds(1)), (steady.Requests, steady.TimeOf(0), steady.TimeOf(200)));
        var ramp = new ArrivalSchedule(0, 5_000, TimeSpan.FromSeconds(30));
        Assert.Equal(75_000, ramp.Requests);
        // A quarter of them in the first half of the time, and the last thousand at 5,000 a second.
        Assert.Equal(15, ramp.TimeOf(18_750).TotalSeconds, 6);
        Assert.Equal(0.2, (ramp.TimeOf(75_000) - ramp.TimeOf(74_000)).TotalSeconds, 2);
    }

    [Fact]
    public void Memory_that_grows_has_its_slope_and_memory_that_wavers_has_none()
    {
        Assert.Equal(1_000, WatchedProcesses.SlopePerSecond([.. Enumerable.Range(0, 60).Select(second => new ProcessSample(second, 5_000_000 + (second * 1_000), 0))]), 6);
        Assert.Equal(0, WatchedProcesses.SlopePerSecond([new(0, 10, 0), new(1, 20, 0), new(2, 10, 0)]), 6);
        Assert.Equal(0, WatchedProcesses.SlopePerSecond([new(0, 10, 0)]));
    }

    [Fact]
    public void Recovered_is_the_first_second_in_which_all_are_answered_and_nearly_all_in_time()
    {
        SpikeLoad.Probe At(int i, double milliseconds, bool isGood = true) => new(i / 50.0, milliseconds, isGood);
        var probes = Enumerable.Range(0, 500).Select(i => i < 100 ? At(i, 900) : i == 120 ? At(i, 10, isGood: false) : At(i, i == 130 ? 500 : 10)).ToArray();
        Assert.Equal(2.42, SpikeLoad.RecoveredAfter(probes, TimeSpan.FromSeconds(10)));
        Assert.Null(SpikeLoad.RecoveredAfter([.. Enumerable.Range(0, 500).Select(i => At(i, 101))], TimeSpan.FromSeconds(10)));
    }
}

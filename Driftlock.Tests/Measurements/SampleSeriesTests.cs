using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Cli.Bench;

namespace Driftlock.Tests.Measurements;

public sealed class SampleSeriesTests
{
    [Fact]
    public void A_made_up_point_is_a_gauge_of_its_series_that_the_engine_takes()
    {
        var engine = new PartitionEngine(new EngineConfiguration());
        var (sample, values) = (new SampleSeries(7), new SampleSeries(7));
        for (var point = 0; point < 20; point++)
        {
            ReadOnlySpan<byte> bytes = sample.Block(3, point);
            Assert.True(EventBlock.TryRead(ref bytes, out var block));
            Assert.Equal((Signal.Metrics, SampleSeries.Stream(3)), (block.Signal, block.Stream(0)));
            var reader = block.Read();
            Assert.True(reader.Next(out var view));
            Assert.Equal((values.Value(point), SampleSeries.Time(point)), (view.Number(0), view.TimeUnixNano));
            engine.Observe(0, block, new LogPosition(0, point), point, []);
        }
        Assert.Equal(20, engine.Progress(SampleSeries.Stream(3)).EventsSeen);
    }

    [Fact]
    public void Ten_thousand_points_a_second_of_a_microsecond_each_are_a_hundredth_of_a_core() =>
        Assert.Equal(0.01, SeriesBenchmark.CoreShare(1000), 12);
}

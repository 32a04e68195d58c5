using BenchmarkDotNet.Attributes;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Series;
using Driftlock.Cli.Bench;

namespace Driftlock.Benchmarks;

/// <summary>One point of a known series: of one series over and over, and of ten thousand by turns, whose states the caches do not hold.</summary>
public class SeriesScoring
{
    private const int Turn = 10_000;
    private const int Known = 2000;

    private readonly double[] _values = new double[Turn];
    private SeriesModel[] _models = [];
    private int _point = Known;

    [Params(1, Turn)]
    public int Series { get; set; }

    [GlobalSetup]
    public void LearnTheSeries()
    {
        var sample = new SampleSeries(3);
        var known = new SeriesModel();
        for (var point = 0; point < Known; point++) known.Observe(SampleSeries.Time(point), sample.Value(point));
        var state = new ByteBuffer();
        known.Save(state);
        _models = new SeriesModel[Series];
        for (var i = 0; i < Series; i++)
        {
            var rest = state.Written;
            _models[i] = new SeriesModel();
            _models[i].Load(ref rest);
        }
        for (var i = 0; i < Turn; i++) _values[i] = sample.Value(Known + i);
    }

    [Benchmark(OperationsPerInvoke = Turn)]
    public void Observe()
    {
        // Each series goes on where it is; ten thousand at once share a time and a value of the wave.
        for (var i = 0; i < Turn; i++)
        {
            _models[i % Series].Observe(SampleSeries.Time(_point), _values[_point % Turn]);
            if ((i + 1) % Series == 0) _point++;
        }
    }
}

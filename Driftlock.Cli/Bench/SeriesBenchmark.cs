using System.Diagnostics;
using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Series;

namespace Driftlock.Cli.Bench;

/// <summary>
/// What a point of a numeric series costs once the series is known: one series over and over, whose state stays in the processor's
/// caches, and ten thousand by turns, whose states do not. Through the model alone, and through <see cref="PartitionEngine.Observe"/> with a
/// block for each point, as points arrive that come once a second. Medians over rounds of ten thousand points.
/// </summary>
internal static class SeriesBenchmark
{
    public const int Many = 10_000;

    private const int Known = 2000;
    private const int Rounds = 20;

    // The compiler replaces slow code by fast in the first rounds.
    private const int FirstRounds = 20;
    private const ulong Seed = 3;

    /// <param name="NsPerPoint">Model, one series.</param>
    /// <param name="NsPerPointMany">Model, ten thousand series by turns.</param>
    /// <param name="NsPerPointEngine">Engine, one series.</param>
    /// <param name="NsPerPointEngineMany">Engine, ten thousand series by turns.</param>
    /// <param name="BytesPerSeries">State of a model.</param>
    /// <param name="BytesPerMetricStream">State of a stream of metrics in the engine.</param>
    internal sealed record Result(
        double NsPerPoint, double NsPerPointMany, double NsPerPointEngine, double NsPerPointEngineMany, long BytesPerSeries, long BytesPerMetricStream);

    public static Result Run()
    {
        var (one, bytes) = Models(1);
        var (many, _) = Models(Many);
        var (engineOne, streamBytes) = Engine(1);
        var (engineMany, _) = Engine(Many);
        return new Result(one, many, engineOne, engineMany, bytes, streamBytes);
    }

    /// <summary>Share of one processor core that ten thousand series with a point a second take.</summary>
    public static double CoreShare(double nsPerPoint) => nsPerPoint * Many / 1e9;

    private static (double NsPerPoint, long Bytes) Models(int series)
    {
        var sample = new SampleSeries(Seed);
        var known = new SeriesModel();
        for (var point = 0; point < Known; point++) known.Observe(SampleSeries.Time(point), sample.Value(point));
        var state = new ByteBuffer();
        known.Save(state);
        var models = new SeriesModel[series];
        for (var i = 0; i < series; i++)
        {
            var rest = state.Written;
            models[i] = new SeriesModel();
            models[i].Load(ref rest);
        }
        var values = new double[Many];
        var ns = Median(
            round => Fill(values, i => sample.Value(Point(series, round, i))),
            round =>
            {
                for (var i = 0; i < Many; i++) models[i % series].Observe(SampleSeries.Time(Point(series, round, i)), values[i]);
            });
        return (ns, models[0].Bytes);
    }

    private static (double NsPerPoint, long Bytes) Engine(int series)
    {
        var sample = new SampleSeries(Seed);
        var engine = new PartitionEngine(new EngineConfiguration());
        var verdicts = new List<Verdict>();
        long offset = 0;
        for (var point = 0; point < Known; point++) Observe(sample.Block(0, point), point);
        var state = new ByteBuffer();
        engine.SaveStream(SampleSeries.Stream(0), state);
        for (var i = 1; i < series; i++) engine.LoadStream(SampleSeries.Stream(i), state.Written);
        var blocks = new byte[Many][];
        var ns = Median(
            round => Fill(blocks, i => sample.Block(i % series, Point(series, round, i))),
            round =>
            {
                for (var i = 0; i < Many; i++) Observe(blocks[i], Point(series, round, i));
            });
        return (ns, engine.Progress(SampleSeries.Stream(0)).StateBytes);

        // All series come in one request.
        void Observe(ReadOnlySpan<byte> bytes, int point)
        {
            EventBlock.TryRead(ref bytes, out var block);
            engine.Observe(0, block, new LogPosition(0, ++offset), (long)SampleSeries.Time(point), verdicts);
            verdicts.Clear();
        }
    }

    private static int Point(int series, int round, int i) => Known + (((round * Many) + i) / series);

    private static void Fill<T>(T[] items, Func<int, T> make)
    {
        for (var i = 0; i < items.Length; i++) items[i] = make(i);
    }

    private static double Median(Action<int> prepare, Action<int> run)
    {
        var times = new double[Rounds];
        for (var round = -FirstRounds; round < Rounds; round++)
        {
            prepare(round + FirstRounds);
            var clock = Stopwatch.StartNew();
            run(round + FirstRounds);
            if (round >= 0) times[round] = clock.Elapsed.TotalNanoseconds / Many;
        }
        Array.Sort(times);
        return times[Rounds / 2];
    }
}

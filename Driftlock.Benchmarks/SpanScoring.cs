using BenchmarkDotNet.Attributes;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Traces;

namespace Driftlock.Benchmarks;

/// <summary>One span of complete traces of six: linked into a tree, scored, ranked and learned.</summary>
public class SpanScoring
{
    private const int Traces = 500;
    private const int Spans = 6;
    private const int WindowEvents = 50;
    private const ulong Millisecond = 1_000_000;

    // A root, three calls below it and two below the second of them.
    private static readonly int[] Parents = [-1, 0, 0, 0, 2, 2];

    private readonly Dictionary<ulong, SpanStream> _streams = [];
    private readonly Func<ulong, SpanStream?> _find;
    private readonly Action<SpanStream> _close = stream =>
    {
        stream.Rank();
        stream.Close(flagged: false, WindowEvents);
    };

    private readonly TraceModel _model;
    private readonly TraceTree _tree = new();
    private readonly SpanFacts[] _spans = new SpanFacts[Traces * Spans];

    public SpanScoring()
    {
        _find = _streams.GetValueOrDefault;
        _model = new TraceModel(id => _streams.GetValueOrDefault(id)?.Model);
    }

    [GlobalSetup]
    public void LearnTheTraces()
    {
        for (var operation = 1UL; operation <= Spans; operation++) _streams[operation] = new SpanStream(operation, 1, [], [], WindowEvents);
        var random = new SeededRandom(5);
        for (var i = 0; i < _spans.Length; i++)
        {
            var place = i % Spans;
            var parent = Parents[place] < 0 ? 0 : (ulong)(i - place + Parents[place] + 1);
            var start = ((ulong)(i / Spans) * 1000 * Millisecond) + ((ulong)place * 10 * Millisecond);
            var duration = (ulong)((place == 0 ? 200 : place == 2 ? 60 : 8) * (1 + random.Unit()) * Millisecond);
            _spans[i] = new SpanFacts((ulong)place + 1, (ulong)i + 1, parent, start, duration, 0, 1, 1);
        }
        for (var round = 0; round < 10; round++) Judge();
    }

    [Benchmark(OperationsPerInvoke = Traces * Spans)]
    public void Judge()
    {
        for (var trace = 0; trace < Traces; trace++)
        {
            _tree.Clear(1, (ulong)trace, 0);
            for (var place = 0; place < Spans; place++) _tree.Add(_spans[(trace * Spans) + place]);
            _tree.Link();
            var scores = _model.Score(_tree);
            var calibration = _streams[_tree.Spans[_tree.Root].Operation].BeginTraces();
            calibration.Learn(scores, calibration.Rank(scores), flagged: false);
            _model.Learn(_tree, 0, _find, _close);
        }
    }
}

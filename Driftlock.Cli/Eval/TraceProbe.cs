using Driftlock.Cbad.Events;
using Driftlock.Cbad.Traces;

namespace Driftlock.Cli.Eval;

/// <summary>A complete trace, judged.</summary>
/// <param name="PValue">Not a number while the traces of this root operation are calibrating.</param>
/// <param name="Deciding">Index into <see cref="TraceScores.Names"/>.</param>
internal readonly record struct TraceVerdict(double PValue, TraceScores Scores, int Deciding, TraceDeviation Deviation);

/// <summary>A window of consecutive spans of one operation, judged.</summary>
/// <param name="PValue">Not a number while the operation is calibrating.</param>
/// <param name="Deciding">Index into <see cref="SpanWindowScores.Names"/>.</param>
internal readonly record struct SpanWindowVerdict(ulong Operation, long FirstSpan, double PValue, SpanWindowScores Scores, int Deciding);

/// <summary>The engine's assembly and models of traces, fed trace by trace under a clock that leaves each enough time to be complete.</summary>
internal sealed class TraceProbe
{
    /// <summary>Spans judged together.</summary>
    public const int WindowEvents = 50;

    // The recordings are short: less of a past is asked for than the engine's default.
    private const int LeastWindows = 40;
    private const int LeastTraces = 30;

    private readonly TraceAssembly _assembly = new();
    private readonly SortedDictionary<ulong, SpanStream> _streams = [];
    private readonly List<SpanWindowVerdict> _windows = [];
    private readonly Func<ulong, SpanModel> _models;
    private readonly Func<ulong, SpanStream> _find;
    private readonly Action<SpanStream> _judge;
    private long _clock;

    public TraceProbe()
    {
        _models = id => Find(id).Model;
        _find = Find;
        _judge = Judge;
        Model = new TraceModel(_models);
    }

    public TraceModel Model { get; }

    public TraceTree Tree { get; } = new();

    /// <summary>Windows that the last trace filled.</summary>
    public IReadOnlyList<SpanWindowVerdict> Windows => _windows;

    public SpanStream Find(ulong operation)
    {
        if (!_streams.TryGetValue(operation, out var stream)) _streams[operation] = stream = new SpanStream(operation, 1, [], [], WindowEvents);
        return stream;
    }

    public TraceVerdict Judge(ulong idHigh, ulong idLow, IEnumerable<SpanFacts> spans)
    {
        foreach (var span in spans) _assembly.Add(idHigh, idLow, span, _clock);
        _clock += TraceAssembly.OrphanIdleNano;
        if (!_assembly.TryTake(_clock, Tree)) throw new InvalidOperationException("the trace is not complete");
        return Judge(Tree);
    }

    public TraceVerdict Judge(RecordedTrace trace) => Judge(trace.IdHigh, trace.IdLow, trace.Spans);

    public TraceVerdict Judge(TraceTree tree)
    {
        _windows.Clear();
        var scores = Model.Score(tree);
        var calibration = Find(tree.Spans[tree.Root].Operation).BeginTraces();
        var ranking = calibration.Rank(scores);
        var pValue = calibration.Past.Count >= LeastTraces ? ranking.PValue : double.NaN;
        var verdict = new TraceVerdict(pValue, scores, ranking.Deciding, TraceDeviation.Of(tree, Model.Scores, _models));
        calibration.Learn(scores, ranking, flagged: false);
        Model.Learn(tree, _clock, _find, _judge);
        return verdict;
    }

    public byte[] Save()
    {
        var state = new ByteBuffer(1 << 20);
        var one = new ByteBuffer();
        foreach (var (id, stream) in _streams)
        {
            one.Clear();
            stream.Save(one);
            state.WriteFixed64(id);
            state.WriteBytes(one.Written);
        }
        return state.Written.ToArray();
    }

    public static TraceProbe Load(ReadOnlySpan<byte> state)
    {
        var probe = new TraceProbe();
        while (!state.IsEmpty)
        {
            var id = Varint.ReadFixed64(ref state);
            probe._streams[id] = SpanStream.Load(id, Varint.ReadBytes(ref state));
        }
        return probe;
    }

    private void Judge(SpanStream stream)
    {
        var ranking = stream.Rank();
        _windows.Add(new SpanWindowVerdict(
            stream.Id, stream.FirstEvent, stream.Windows.Count >= LeastWindows ? ranking.PValue : double.NaN, stream.Scores, ranking.Deciding));
        stream.Close(flagged: false, WindowEvents);
    }
}

namespace Driftlock.Cbad.Traces;

/// <summary>
/// Scores the spans of a complete trace under all that came before the trace, and learns them then. Operations are found, or refused, by
/// whoever keeps them; a span of a refused one is not judged.
/// </summary>
/// <param name="models">The model of an operation; null for one that is refused.</param>
internal sealed class TraceModel(Func<ulong, SpanModel?> models)
{
    private SpanScore[] _scores = [];
    private long _traces;
    private ulong[] _children = [];
    private int[] _firstChild = [];
    private int[] _filled = [];

    /// <summary>Of the last trace, by the tree's order; what was refused is all 0.</summary>
    public ReadOnlySpan<SpanScore> Scores => _scores;

    /// <summary>Scores every span; learns nothing.</summary>
    public TraceScores Score(TraceTree tree)
    {
        if (_scores.Length < tree.Count) Grow(tree.Count);
        OrderChildren(tree);
        var sums = default(TraceSums);
        for (var i = 0; i < tree.Count; i++)
        {
            _scores[i] = models(tree.Spans[i].Operation) is { } model ? model.Score(SpanOf(tree, i)) : default;
            sums.Add(_scores[i]);
        }
        return sums.Scores;
    }

    /// <summary>Learns the spans that were scored last; ends every window that they fill.</summary>
    /// <param name="tree">As it was scored.</param>
    /// <param name="receivedUnixNano">When the trace was complete.</param>
    /// <param name="streams">The stream of an operation; null for one that is refused.</param>
    /// <param name="windowIsFull">To judge and close a window.</param>
    public void Learn(TraceTree tree, long receivedUnixNano, Func<ulong, SpanStream?> streams, Action<SpanStream> windowIsFull)
    {
        _traces++;
        for (var i = 0; i < tree.Count; i++)
        {
            if (streams(tree.Spans[i].Operation) is not { } operation) continue;
            var isFirst = operation.LastTrace != _traces;
            operation.LastTrace = _traces;
            if (!operation.Add(SpanOf(tree, i, isFirst), _scores[i], receivedUnixNano)) continue;
            windowIsFull(operation);
            // A window is judged under what came before it, also where it begins in the middle of a trace.
            for (var rest = i + 1; rest < tree.Count; rest++)
                if (tree.Spans[rest].Operation == operation.Id) _scores[rest] = operation.Model.Score(SpanOf(tree, rest));
        }
    }

    /// <summary>A span of the tree that was scored last.</summary>
    public JudgedSpan SpanOf(TraceTree tree, int span, bool isFirst = false)
    {
        var parent = tree.Parents[span];
        var caller = parent switch
        {
            TraceTree.NoParent => JudgedSpan.NoCaller,
            TraceTree.MissingParent => JudgedSpan.MissingCaller,
            _ => tree.Spans[parent].Operation,
        };
        var callees = _children.AsSpan(_firstChild[span], _filled[span] - _firstChild[span]);
        return new JudgedSpan(tree.Spans[span], tree.TraceIdHigh, tree.TraceIdLow, tree.SelfTime(span), caller, callees, isFirst);
    }

    // Counting sort of the spans by parent; within a parent they stay in order of their starts.
    private void OrderChildren(TraceTree tree)
    {
        Array.Clear(_firstChild, 0, tree.Count + 1);
        for (var i = 0; i < tree.Count; i++)
            if (tree.Parents[i] >= 0) _firstChild[tree.Parents[i] + 1]++;
        for (var i = 1; i <= tree.Count; i++) _firstChild[i] += _firstChild[i - 1];
        Array.Copy(_firstChild, _filled, tree.Count);
        for (var i = 0; i < tree.Count; i++)
            if (tree.Parents[i] >= 0) _children[_filled[tree.Parents[i]]++] = tree.Spans[i].Operation;
    }

    private void Grow(int spans)
    {
        var size = Math.Max(64, spans * 2);
        _scores = new SpanScore[size];
        _children = new ulong[size];
        _firstChild = new int[size + 1];
        _filled = new int[size];
    }
}

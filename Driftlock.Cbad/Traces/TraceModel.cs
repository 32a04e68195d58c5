using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Traces;

/// <summary>
/// Judges complete traces and windows of spans of one tenant. All spans of a trace are scored under what came before it, then learned,
/// flagged or not; the trace is ranked among the past traces that began with the same operation.
/// </summary>
internal sealed class TraceModel
{
    /// <summary>Spans of further operations are counted in <see cref="Refused"/> and not judged.</summary>
    public const int MaxOperations = 1024;

    private readonly Dictionary<ulong, OperationStream> _byId = [];
    private readonly List<OperationStream> _operations = [];
    private readonly List<SpanWindowVerdict> _windows = [];
    private SpanScore[] _scores = [];
    private ushort[] _symbols = [];
    private int[] _firstChild = [];
    private int[] _filled = [];

    /// <summary>In the order in which they were first met.</summary>
    public IReadOnlyList<OperationStream> Operations => _operations;

    /// <summary>Spans that were not judged because the tenant has too many operations.</summary>
    public long Refused { get; private set; }

    /// <summary>Windows that the last trace filled.</summary>
    public IReadOnlyList<SpanWindowVerdict> Windows => _windows;

    /// <summary>Of the last trace, by the tree's order; what was refused is all 0.</summary>
    public ReadOnlySpan<SpanScore> Scores => _scores;

    public long Bytes
    {
        get
        {
            long sum = 0;
            foreach (var operation in _operations) sum += operation.Bytes;
            return sum;
        }
    }

    public OperationStream? Find(ulong operation) => _byId.GetValueOrDefault(operation);

    /// <summary>Scores, judges and learns a complete trace.</summary>
    public TraceVerdict Judge(TraceTree tree)
    {
        if (_scores.Length < tree.Count) Grow(tree.Count);
        _windows.Clear();
        OrderChildren(tree);
        var sums = default(TraceSums);
        for (var i = 0; i < tree.Count; i++)
        {
            _scores[i] = default;
            var span = tree.Spans[i];
            if (Operation(span.Operation) is not { } operation) continue;
            var callees = _symbols.AsSpan(_firstChild[i], _filled[i] - _firstChild[i]);
            _scores[i] = operation.Model.ScoreAndLearn(span, tree.SelfTime(i), CallerOf(tree, i), callees);
            sums.Add(_scores[i]);
        }
        var verdict = Rank(tree, sums.Scores);
        for (var i = 0; i < tree.Count; i++)
        {
            if (!_byId.TryGetValue(tree.Spans[i].Operation, out var operation)) continue;
            operation.Model.LearnTimes(tree.Spans[i], tree.SelfTime(i));
            if (operation.Add(_scores[i], out var window)) _windows.Add(window);
        }
        return verdict;
    }

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)Refused);
        target.WriteVarint((ulong)_operations.Count);
        foreach (var operation in _operations)
        {
            target.WriteFixed64(operation.Operation);
            operation.Save(target);
        }
    }

    /// <summary>Into a model that holds nothing.</summary>
    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        Refused = (long)Varint.Read(ref source);
        var count = Varint.Read(ref source);
        if (count > MaxOperations) throw new InvalidDataException($"{count} operations; at most {MaxOperations}");
        for (var i = 0UL; i < count; i++)
            Operation(System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(Varint.Take(ref source, sizeof(ulong))))!.Load(ref source);
    }

    private TraceVerdict Rank(TraceTree tree, in TraceScores scores)
    {
        Span<int> values = stackalloc int[TraceScores.Kinds];
        scores.CopyTo(values);
        var deciding = 0;
        var pValue = Find(tree.Spans[tree.Root].Operation) is { } root ? root.AddTrace(values, out deciding) : double.NaN;
        return new TraceVerdict(pValue, scores, deciding, TraceDeviation.Of(tree, _scores, this));
    }

    private static ushort CallerOf(TraceTree tree, int span)
    {
        var parent = tree.Parents[span];
        return parent == TraceTree.NoParent ? (ushort)0 : parent == TraceTree.MissingParent ? (ushort)1 : SpanModel.SymbolOf(tree.Spans[parent].Operation);
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
            if (tree.Parents[i] >= 0) _symbols[_filled[tree.Parents[i]]++] = SpanModel.SymbolOf(tree.Spans[i].Operation);
    }

    private OperationStream? Operation(ulong id)
    {
        if (_byId.TryGetValue(id, out var known)) return known;
        if (_operations.Count == MaxOperations)
        {
            Refused++;
            return null;
        }
        var operation = new OperationStream(id);
        _byId.Add(id, operation);
        _operations.Add(operation);
        return operation;
    }

    private void Grow(int spans)
    {
        var size = Math.Max(64, spans * 2);
        _scores = new SpanScore[size];
        _symbols = new ushort[size];
        _firstChild = new int[size + 1];
        _filled = new int[size];
    }
}

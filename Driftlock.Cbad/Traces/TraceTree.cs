namespace Driftlock.Cbad.Traces;

/// <summary>
/// The spans of one trace as a tree, in order of their starts. Filled and read again and again without allocation, once it has grown.
/// </summary>
internal sealed class TraceTree
{
    /// <summary>Parent of a root.</summary>
    public const int NoParent = -1;

    /// <summary>Parent of a span whose parent was not received.</summary>
    public const int MissingParent = -2;

    private SpanFacts[] _spans = [];
    private int[] _parents = [];
    private ulong[] _covered = [];
    private ulong[] _coveredUntil = [];
    private ulong[] _critical = [];
    private int[] _order = [];
    private ulong[] _ids = [];
    private int[] _byId = [];
    private readonly Stack<int> _open = new();
    private readonly Comparison<int> _byParentThenLatestEnd;

    public TraceTree()
    {
        _byParentThenLatestEnd = (a, b) => _parents[a] != _parents[b] ? _parents[a].CompareTo(_parents[b])
            : _spans[a].End != _spans[b].End ? _spans[b].End.CompareTo(_spans[a].End) : a.CompareTo(b);
    }

    public int Count { get; private set; }

    public ulong TraceIdHigh { get; private set; }

    public ulong TraceIdLow { get; private set; }

    /// <summary>Spans that came after the trace was full; they are not in the tree.</summary>
    public int Dropped { get; private set; }

    /// <summary>Spans whose parent is not in the tree.</summary>
    public int MissingParents { get; private set; }

    /// <summary>The earliest span without a parent; where all parents are missing, the earliest span.</summary>
    public int Root { get; private set; }

    public ReadOnlySpan<SpanFacts> Spans => _spans.AsSpan(0, Count);

    /// <summary>Index of each span's parent, or <see cref="NoParent"/> or <see cref="MissingParent"/>.</summary>
    public ReadOnlySpan<int> Parents => _parents.AsSpan(0, Count);

    /// <summary>Nanoseconds of each span on the critical path: what the root's duration would lose if that work took no time.</summary>
    public ReadOnlySpan<ulong> Critical => _critical.AsSpan(0, Count);

    /// <summary>Nanoseconds of the span that none of its children covers.</summary>
    public ulong SelfTime(int span) => _spans[span].Duration - _covered[span];

    public void Clear(ulong traceIdHigh, ulong traceIdLow, int dropped)
    {
        (Count, TraceIdHigh, TraceIdLow, Dropped) = (0, traceIdHigh, traceIdLow, dropped);
    }

    public void Add(in SpanFacts span)
    {
        if (Count == _spans.Length) Grow();
        _spans[Count++] = span;
    }

    /// <summary>Call once all spans were added.</summary>
    public void Link()
    {
        _spans.AsSpan(0, Count).Sort(static (a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start)
            : a.Duration != b.Duration ? b.Duration.CompareTo(a.Duration) : a.SpanId.CompareTo(b.SpanId));
        FindParents();
        Cover();
        FindCriticalPath();
    }

    private void FindParents()
    {
        for (var i = 0; i < Count; i++) (_ids[i], _byId[i]) = (_spans[i].SpanId, i);
        _ids.AsSpan(0, Count).Sort(_byId.AsSpan(0, Count));
        Root = -1;
        MissingParents = 0;
        for (var i = 0; i < Count; i++)
        {
            var wanted = _spans[i].ParentSpanId;
            if (wanted == 0)
            {
                _parents[i] = NoParent;
                if (Root < 0) Root = i;
                continue;
            }
            var parent = Find(wanted);
            _parents[i] = parent < 0 || parent == i ? MissingParent : parent;
            if (_parents[i] == MissingParent) MissingParents++;
        }
        if (Root < 0) Root = 0;
    }

    // The earliest span of that id; a sender that retries may send one twice.
    private int Find(ulong id)
    {
        var ids = _ids.AsSpan(0, Count);
        var at = ids.BinarySearch(id);
        if (at < 0) return -1;
        while (at > 0 && ids[at - 1] == id) at--;
        var first = _byId[at];
        for (at++; at < Count && ids[at] == id; at++) first = Math.Min(first, _byId[at]);
        return first;
    }

    // Children come in order of their starts, so one sweep measures the union of their times within the parent.
    private void Cover()
    {
        Array.Clear(_covered, 0, Count);
        for (var i = 0; i < Count; i++) _coveredUntil[i] = _spans[i].Start;
        for (var i = 0; i < Count; i++)
        {
            var parent = _parents[i];
            if (parent < 0) continue;
            var from = Math.Max(_spans[i].Start, _coveredUntil[parent]);
            var to = Math.Min(_spans[i].End, _spans[parent].End);
            if (to <= from) continue;
            _covered[parent] += to - from;
            _coveredUntil[parent] = to;
        }
    }

    // Backwards from the root's end: the child that ended last held its parent up, before its start the one that ended last before that.
    private void FindCriticalPath()
    {
        for (var i = 0; i < Count; i++) _order[i] = i;
        _order.AsSpan(0, Count).Sort(_byParentThenLatestEnd);
        Array.Clear(_critical, 0, Count);
        _open.Clear();
        _open.Push(Root);
        // A span is visited at most once, since it has one parent; a circle of parents is never reached from a root.
        for (var visits = 0; visits < Count && _open.TryPop(out var span); visits++)
        {
            var at = _spans[span].End;
            for (var i = FirstChild(span); i < Count && _parents[_order[i]] == span; i++)
            {
                var child = _spans[_order[i]];
                if (child.End > at || child.End <= _spans[span].Start) continue;
                _critical[span] += at - child.End;
                at = Math.Max(child.Start, _spans[span].Start);
                _open.Push(_order[i]);
            }
            _critical[span] += at - _spans[span].Start;
        }
    }

    private int FirstChild(int parent)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (_parents[_order[middle]] < parent) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private void Grow()
    {
        var size = Math.Max(64, _spans.Length * 2);
        Array.Resize(ref _spans, size);
        Array.Resize(ref _parents, size);
        Array.Resize(ref _covered, size);
        Array.Resize(ref _coveredUntil, size);
        Array.Resize(ref _critical, size);
        Array.Resize(ref _order, size);
        Array.Resize(ref _ids, size);
        Array.Resize(ref _byId, size);
    }
}

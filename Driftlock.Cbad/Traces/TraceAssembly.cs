using System.Buffers.Binary;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Traces;

/// <summary>
/// Gathers the spans of traces, which arrive in any order and in several requests. A trace is complete when its root was seen and no
/// span came for <see cref="IdleNano"/>; without a root, after <see cref="OrphanIdleNano"/>. Times are those of the calls: there is no clock
/// here. At a bound the trace that was idle longest is given out early; spans beyond <see cref="MaxSpansPerTrace"/> are counted and left out.
/// </summary>
internal sealed class TraceAssembly
{
    public const int MaxSpansPerTrace = 2048;
    public const int MaxTraces = 4096;
    public const int MaxSpans = 65_536;
    public const long IdleNano = 2_000_000_000;
    public const long OrphanIdleNano = 30_000_000_000;

    private const int None = -1;
    private const int Orphans = 0;
    private const int Rooted = 1;

    private readonly Dictionary<(ulong High, ulong Low), int> _byId = [];
    private readonly int[] _heads = [None, None];
    private readonly int[] _tails = [None, None];
    private OpenTrace[] _traces = new OpenTrace[16];
    private (SpanFacts Span, int Next)[] _spans = new (SpanFacts, int)[64];
    private int _freeTrace = None;
    private int _freeSpan = None;
    private int _usedTraces;
    private int _usedSpans;

    public int Traces { get; private set; }

    public int Spans { get; private set; }

    /// <summary>Memory, grown to what was open at once: at most 4.6 MB.</summary>
    public long Bytes => ((long)_spans.Length * (SpanFacts.Bytes + 11)) + ((long)_traces.Length * 96);

    /// <summary>A bound is reached: take traces out until it is not, before the next <see cref="Add"/>.</summary>
    public bool IsFull => Spans >= MaxSpans || Traces >= MaxTraces;

    /// <summary>The trace id as two numbers; false for a span without one, which belongs to no trace.</summary>
    public static bool TryIdOf(in EventView view, out ulong high, out ulong low)
    {
        var isGiven = view.TraceId.Length == 16;
        high = isGiven ? BinaryPrimitives.ReadUInt64BigEndian(view.TraceId) : 0;
        low = isGiven ? BinaryPrimitives.ReadUInt64BigEndian(view.TraceId[8..]) : 0;
        return isGiven;
    }

    /// <exception cref="InvalidOperationException"><see cref="IsFull"/>.</exception>
    public void Add(ulong traceIdHigh, ulong traceIdLow, in SpanFacts span, long receivedUnixNano)
    {
        if (IsFull) throw new InvalidOperationException("the assembly is full: take a trace out first");
        if (!_byId.TryGetValue((traceIdHigh, traceIdLow), out var index)) index = Open(traceIdHigh, traceIdLow);
        else Unlink(index);
        ref var trace = ref _traces[index];
        trace.LastReceived = receivedUnixNano;
        if (span.ParentSpanId == 0) trace.List = Rooted;
        LinkLast(index);
        if (trace.Count == MaxSpansPerTrace)
        {
            trace.Dropped++;
            return;
        }
        var slot = TakeSpan();
        _spans[slot] = (span, None);
        if (trace.Count++ == 0) trace.First = slot;
        else _spans[trace.Last].Next = slot;
        trace.Last = slot;
        Spans++;
    }

    /// <summary>Moves the next complete trace into <paramref name="tree"/>, linked; false when none is complete.</summary>
    public bool TryTake(long nowUnixNano, TraceTree tree)
    {
        var index = _heads[Rooted];
        if (index == None || nowUnixNano - _traces[index].LastReceived < IdleNano)
        {
            index = _heads[Orphans];
            if (index == None || nowUnixNano - _traces[index].LastReceived < OrphanIdleNano)
            {
                if (!IsFull) return false;
                index = LongestIdle();
            }
        }
        Take(index, tree);
        return true;
    }

    /// <summary>Open traces, those without a root first, each list by the time of the last span.</summary>
    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)Traces);
        for (var list = 0; list < 2; list++)
        {
            for (var index = _heads[list]; index != None; index = _traces[index].After)
            {
                ref var trace = ref _traces[index];
                target.WriteFixed64(trace.High);
                target.WriteFixed64(trace.Low);
                target.WriteFixed64((ulong)trace.LastReceived);
                target.WriteVarint((ulong)trace.Dropped);
                target.WriteVarint((ulong)trace.Count);
                for (var span = trace.First; span != None; span = _spans[span].Next) _spans[span].Span.Save(target);
            }
        }
    }

    /// <summary>Into an assembly that holds nothing.</summary>
    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        for (var left = Varint.Read(ref source); left > 0; left--)
        {
            var (high, low, received) = (Varint.ReadFixed64(ref source), Varint.ReadFixed64(ref source), (long)Varint.ReadFixed64(ref source));
            var dropped = (int)Varint.Read(ref source);
            for (var spans = Varint.Read(ref source); spans > 0; spans--)
            {
                if (IsFull && !_byId.ContainsKey((high, low))) throw new InvalidDataException($"more than {MaxTraces} open traces or {MaxSpans} open spans");
                Add(high, low, SpanFacts.Load(ref source), received);
            }
            if (_byId.TryGetValue((high, low), out var index)) _traces[index].Dropped = dropped;
        }
    }

    private int LongestIdle()
    {
        var (rooted, orphan) = (_heads[Rooted], _heads[Orphans]);
        if (rooted == None || orphan == None) return Math.Max(rooted, orphan);
        return _traces[rooted].LastReceived <= _traces[orphan].LastReceived ? rooted : orphan;
    }

    private void Take(int index, TraceTree tree)
    {
        Unlink(index);
        ref var trace = ref _traces[index];
        tree.Clear(trace.High, trace.Low, trace.Dropped);
        for (var span = trace.First; span != None; span = _spans[span].Next) tree.Add(_spans[span].Span);
        tree.Link();
        _spans[trace.Last].Next = _freeSpan;
        _freeSpan = trace.First;
        Spans -= trace.Count;
        _byId.Remove((trace.High, trace.Low));
        trace.After = _freeTrace;
        _freeTrace = index;
        Traces--;
    }

    private int Open(ulong high, ulong low)
    {
        var index = _freeTrace;
        if (index != None) _freeTrace = _traces[index].After;
        else
        {
            if (_usedTraces == _traces.Length) Array.Resize(ref _traces, _traces.Length * 2);
            index = _usedTraces++;
        }
        _traces[index] = new OpenTrace { High = high, Low = low, List = Orphans };
        _byId.Add((high, low), index);
        Traces++;
        return index;
    }

    private int TakeSpan()
    {
        var slot = _freeSpan;
        if (slot != None)
        {
            _freeSpan = _spans[slot].Next;
            return slot;
        }
        if (_usedSpans == _spans.Length) Array.Resize(ref _spans, _spans.Length * 2);
        return _usedSpans++;
    }

    private void LinkLast(int index)
    {
        ref var trace = ref _traces[index];
        trace.After = None;
        trace.Before = _tails[trace.List];
        if (trace.Before == None) _heads[trace.List] = index;
        else _traces[trace.Before].After = index;
        _tails[trace.List] = index;
    }

    private void Unlink(int index)
    {
        ref var trace = ref _traces[index];
        if (trace.Before == None) _heads[trace.List] = trace.After;
        else _traces[trace.Before].After = trace.After;
        if (trace.After == None) _tails[trace.List] = trace.Before;
        else _traces[trace.After].Before = trace.Before;
    }

    private struct OpenTrace
    {
        public ulong High;
        public ulong Low;
        public long LastReceived;
        public int First;
        public int Last;
        public int Count;
        public int Dropped;
        public int Before;
        public int After;
        public int List;
    }
}

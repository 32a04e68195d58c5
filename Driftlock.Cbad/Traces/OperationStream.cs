using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Traces;

/// <summary>Everything one operation remembers: its model, its open window of spans, and the calibration of its windows and of the traces that begin with it.</summary>
internal sealed class OperationStream(ulong operation)
{
    /// <summary>Spans judged together.</summary>
    public const int WindowSpans = 50;

    /// <summary>Past windows before the first judgement.</summary>
    public const int LeastWindows = 40;

    /// <summary>Past traces before the first judgement.</summary>
    public const int LeastTraces = 30;

    /// <summary>The first spans (and traces) cost bits because everything is new; they are no measure of later ones.</summary>
    public const int ColdSpans = 50;

    public const int ColdTraces = 20;

    /// <summary>What one operation may take; tested.</summary>
    public const int MaxBytes = 64 * 1024;

    private const int Hops = 5;
    private const int Hop = WindowSpans / Hops;

    private readonly SpanWindowScores[] _blocks = new SpanWindowScores[Hops];
    private readonly SpanWindowScores[] _pending = new SpanWindowScores[Hops];
    private readonly double[] _pendingRaw = new double[Hops];
    private SpanWindowScores _block;
    private SpanWindowScores _window;

    public ulong Operation => operation;

    public SpanModel Model { get; } = new();

    public ScoreCalibration Windows { get; } = new(SpanWindowScores.Weights, SpanWindowScores.TailPowers, SpanWindowScores.Units);

    /// <summary>Null until a trace began with this operation.</summary>
    public ScoreCalibration? Traces { get; private set; }

    /// <summary>Traces that began with this operation.</summary>
    public long TracesSeen { get; private set; }

    public long Spans { get; private set; }

    public long Bytes => Model.Bytes + Windows.Bytes + (Traces?.Bytes ?? 0) + 512;

    /// <summary>Adds a scored span; true when a window is full and was judged. Its p-value is NaN while calibrating.</summary>
    public bool Add(in SpanScore span, out SpanWindowVerdict verdict)
    {
        _window = _window.With(span);
        _block = _block.With(span);
        Spans++;
        verdict = default;
        var isFull = Spans % WindowSpans == 0;
        if (isFull)
        {
            verdict = Judge();
            _window = default;
        }
        if (Spans % Hop == 0) CloseBlock();
        return isFull;
    }

    /// <summary>Ranks a trace that began here among the past ones and remembers it; NaN while calibrating.</summary>
    public double AddTrace(ReadOnlySpan<int> scores, out int deciding)
    {
        Traces ??= new ScoreCalibration(TraceScores.Weights, TraceScores.TailPowers, TraceScores.Units);
        var (raw, pValue) = Traces.Rank(scores, out deciding);
        if (TracesSeen++ < ColdTraces) return double.NaN;
        var isReady = Traces.Count >= LeastTraces;
        Traces.Remember(scores, raw);
        return isReady ? pValue : double.NaN;
    }

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)Spans);
        target.WriteVarint((ulong)TracesSeen);
        _block.Save(target);
        _window.Save(target);
        for (var i = 0; i < Hops; i++)
        {
            _blocks[i].Save(target);
            _pending[i].Save(target);
            target.WriteDouble(_pendingRaw[i]);
        }
        Model.Save(target);
        Windows.Save(target);
        Traces?.Save(target);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        Spans = (long)Varint.Read(ref source);
        TracesSeen = (long)Varint.Read(ref source);
        _block = SpanWindowScores.Load(ref source);
        _window = SpanWindowScores.Load(ref source);
        for (var i = 0; i < Hops; i++)
        {
            _blocks[i] = SpanWindowScores.Load(ref source);
            _pending[i] = SpanWindowScores.Load(ref source);
            _pendingRaw[i] = System.Buffers.Binary.BinaryPrimitives.ReadDoubleLittleEndian(Varint.Take(ref source, sizeof(double)));
        }
        Model.Load(ref source);
        Windows.Load(ref source);
        if (TracesSeen == 0) return;
        Traces = new ScoreCalibration(TraceScores.Weights, TraceScores.TailPowers, TraceScores.Units);
        Traces.Load(ref source);
    }

    private SpanWindowVerdict Judge()
    {
        Span<int> scores = stackalloc int[SpanWindowScores.Kinds];
        _window.CopyTo(scores);
        var (_, pValue) = Windows.Rank(scores, out var deciding);
        return new SpanWindowVerdict(operation, Spans - WindowSpans, Windows.Count >= LeastWindows ? pValue : double.NaN, _window, deciding);
    }

    // A window over the last five blocks; it is past once the newest window no longer overlaps it.
    private void CloseBlock()
    {
        var slot = Spans / Hop % Hops;
        _blocks[slot] = _block;
        _block = default;
        if (Spans - WindowSpans < ColdSpans) return;
        Span<int> scores = stackalloc int[SpanWindowScores.Kinds];
        if (Spans - (2 * WindowSpans) >= ColdSpans)
        {
            _pending[slot].CopyTo(scores);
            Windows.Remember(scores, _pendingRaw[slot]);
        }
        var window = default(SpanWindowScores);
        foreach (var block in _blocks) window = window.With(block);
        window.CopyTo(scores);
        (_pendingRaw[slot], _) = Windows.Rank(scores, out _);
        _pending[slot] = window;
    }
}

/// <summary>A window of <see cref="OperationStream.WindowSpans"/> consecutive spans of one operation, judged.</summary>
/// <param name="FirstSpan">0-based in the operation.</param>
/// <param name="PValue">Not a number while the operation is calibrating.</param>
/// <param name="Deciding">Index into <see cref="SpanWindowScores.Names"/>.</param>
internal readonly record struct SpanWindowVerdict(ulong Operation, long FirstSpan, double PValue, SpanWindowScores Scores, int Deciding);

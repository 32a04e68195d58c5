using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Drift;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Proof;

namespace Driftlock.Cbad.Traces;

/// <summary>
/// Everything one operation remembers: its model, its open window of spans as judged, the model as it was when that window began, and the
/// calibration of its windows and of the traces that begin with it. A span enters when its trace is complete.
/// </summary>
internal sealed class SpanStream : EventStream
{
    /// <summary>The first spans (and traces) cost bits because everything is new; they are no measure of later ones.</summary>
    public const int ColdSpans = 50;

    public const int ColdTraces = 20;

    /// <summary>What one operation may take; tested.</summary>
    public const int MaxBytes = 256 * 1024;

    private const int Hops = StreamCalibration.HopsPerWindow;

    private readonly ByteBuffer _window = new(256);
    private readonly ByteBuffer _before = new(256);
    private readonly ByteBuffer _normal = new(256);
    private readonly SpanWindowScores[] _blocks = new SpanWindowScores[Hops];
    private readonly SpanWindowScores[] _pending = new SpanWindowScores[Hops];
    private readonly double[] _pendingRaw = new double[Hops];
    private int _windowEvents;
    private SpanWindowScores _block;
    private SpanWindowScores _episode;

    public SpanStream(ulong id, int tenant, byte[] service, byte[] name, int windowEvents)
        : base(id, tenant, service, name)
    {
        _windowEvents = windowEvents;
        Model.Save(_before);
    }

    public override Signal Signal => Signal.Traces;

    public SpanModel Model { get; } = new();

    public override DriftWatch Drift { get; } = new(DriftWording.Failures, DriftWording.Duration);

    public ScoreCalibration Windows { get; private set; } = new(SpanWindowScores.Weights, SpanWindowScores.TailPowers, SpanWindowScores.Units);

    /// <summary>Of the traces that begin here; null until there was one.</summary>
    public TraceCalibration? Traces { get; private set; }

    /// <summary>Of the open window.</summary>
    public SpanWindowScores Scores { get; private set; }

    /// <summary>Spans of the open window, as <see cref="JudgedSpan.Save"/> writes them.</summary>
    public ReadOnlySpan<byte> Window => _window.Written;

    /// <summary>The model when the open window began, as <see cref="SpanModel.Save"/> writes it.</summary>
    public ReadOnlySpan<byte> ModelBefore => _before.Written;

    public int WindowEvents => _windowEvents;

    /// <summary>The trace that brought the last span, as <see cref="TraceModel"/> counts them; a restored stream begins with a new one.</summary>
    public long LastTrace { get; set; }

    /// <summary>A window that was not flagged, to compare with, as <see cref="Window"/>; empty while there was none.</summary>
    public ReadOnlySpan<byte> Normal => _normal.Written;

    /// <summary>0-based index of the first span of <see cref="Normal"/>.</summary>
    public long NormalFirstEvent { get; private set; }

    public override long Bytes =>
        Model.Bytes + Drift.Bytes + Windows.Bytes + (Traces?.Bytes ?? 0) + _window.Capacity + _before.Capacity + _normal.Capacity + Service.Length + Name.Length + 512;

    public override bool IsOfEpisode => _episode.Covers(Scores);

    /// <summary>Spans come through <see cref="Add(in JudgedSpan, in SpanScore, long)"/>, once their trace is complete.</summary>
    public override bool Add(in EventView view, ulong sender, long receivedUnixNano) => throw new NotSupportedException("spans are added by trace");

    /// <summary>Learns a scored span; true when the window is full.</summary>
    public bool Add(in JudgedSpan span, in SpanScore score, long receivedUnixNano)
    {
        span.Save(_window);
        Model.Learn(span, score);
        Scores = Scores.With(score);
        _block = _block.With(score);
        Count(span.Facts.Start, receivedUnixNano);
        Drift.Observe(0, span.Facts.Start, span.Facts.Status == SpanFacts.Error ? 1 : 0);
        Drift.Observe(1, span.Facts.Start, ExactMath.Log(Math.Max(span.Facts.Duration, 1)));
        if ((Events - CalibratedFrom) % (_windowEvents / Hops) == 0) CloseBlock(Events - CalibratedFrom);
        return Open >= _windowEvents;
    }

    /// <summary>The calibration of traces that begin here.</summary>
    public TraceCalibration BeginTraces() => Traces ??= new TraceCalibration();

    public override void Complete(ByteBuffer before)
    {
    }

    public override WindowRanking Rank()
    {
        Span<int> scores = stackalloc int[SpanWindowScores.Kinds];
        Scores.CopyTo(scores);
        return Windows.Rank(scores);
    }

    public override WindowProof Prove(in WindowRanking ranking, ByteBuffer before, Func<ulong, EventStream?> find) =>
        SpanWindowProof.Make(this, find);

    public override void Close(bool flagged, int windowEvents)
    {
        _episode = flagged ? _episode.Most(Scores) : default;
        if (!flagged && Open >= _windowEvents)
        {
            _normal.Clear();
            _normal.WriteRaw(_window.Written);
            NormalFirstEvent = FirstEvent;
        }
        Scores = default;
        Open = 0;
        _window.Clear();
        _before.Clear();
        Model.Save(_before);
        if (windowEvents == _windowEvents) return;
        _windowEvents = windowEvents;
        Windows = new ScoreCalibration(SpanWindowScores.Weights, SpanWindowScores.TailPowers, SpanWindowScores.Units);
        CalibratedFrom = Events;
        _block = default;
    }

    public override void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)Tenant);
        target.WriteBytes(Service);
        target.WriteBytes(Name);
        target.WriteVarint((ulong)_windowEvents);
        SaveCounts(target);
        foreach (var scores in (ReadOnlySpan<SpanWindowScores>)[Scores, _block, _episode, .. _blocks, .. _pending]) scores.Save(target);
        foreach (var raw in _pendingRaw) target.WriteDouble(raw);
        target.WriteBytes(_window.Written);
        target.WriteBytes(_before.Written);
        target.WriteBytes(_normal.Written);
        target.WriteVarint((ulong)NormalFirstEvent);
        Model.Save(target);
        Drift.Save(target);
        Windows.Save(target);
        target.WriteByte((byte)(Traces is null ? 0 : 1));
        Traces?.Save(target);
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public static SpanStream Load(ulong id, ReadOnlySpan<byte> source)
    {
        var tenant = (int)Varint.Read(ref source);
        var service = Varint.ReadBytes(ref source).ToArray();
        var name = Varint.ReadBytes(ref source).ToArray();
        var stream = new SpanStream(id, tenant, service, name, LoadWindowEvents(ref source));
        stream.LoadCounts(ref source);
        stream.Scores = SpanWindowScores.Load(ref source);
        stream._block = SpanWindowScores.Load(ref source);
        stream._episode = SpanWindowScores.Load(ref source);
        foreach (ref var scores in stream._blocks.AsSpan()) scores = SpanWindowScores.Load(ref source);
        foreach (ref var scores in stream._pending.AsSpan()) scores = SpanWindowScores.Load(ref source);
        foreach (ref var raw in stream._pendingRaw.AsSpan()) raw = Varint.ReadDouble(ref source);
        stream._window.WriteRaw(Varint.ReadBytes(ref source));
        stream._before.Clear();
        stream._before.WriteRaw(Varint.ReadBytes(ref source));
        stream._normal.WriteRaw(Varint.ReadBytes(ref source));
        stream.NormalFirstEvent = (long)Varint.Read(ref source);
        stream.Model.Load(ref source);
        stream.Drift.Load(ref source);
        stream.Windows.Load(ref source);
        if (Varint.Take(ref source, 1)[0] != 0) stream.BeginTraces().Load(ref source);
        return stream;
    }

    // A window over the last five blocks; it is past once the newest window no longer overlaps it.
    private void CloseBlock(long spans)
    {
        var slot = spans / (_windowEvents / Hops) % Hops;
        _blocks[slot] = _block;
        _block = default;
        if (spans - _windowEvents < ColdSpans) return;
        Span<int> scores = stackalloc int[SpanWindowScores.Kinds];
        if (spans - (2 * _windowEvents) >= ColdSpans)
        {
            _pending[slot].CopyTo(scores);
            Windows.Remember(scores, _pendingRaw[slot]);
        }
        var window = default(SpanWindowScores);
        foreach (var block in _blocks) window = window.With(block);
        window.CopyTo(scores);
        _pendingRaw[slot] = Windows.Rank(scores).Raw;
        _pending[slot] = window;
    }
}

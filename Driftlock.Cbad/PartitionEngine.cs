using Driftlock.Cbad.Budget;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Logs;
using Driftlock.Cbad.Series;
using Driftlock.Cbad.Traces;

namespace Driftlock.Cbad;

/// <summary>
/// Judges all streams of one partition of the event log, in log order. A state machine without clock, I/O or randomness: the same
/// entries give the same verdicts, byte for byte, also through <see cref="SaveStream"/> and <see cref="LoadStream"/>. Not for two threads.
/// </summary>
/// <remarks>The number of streams is bounded by whoever admits them; a stream is bounded here (<see cref="MaxStreamBytes"/>).</remarks>
public sealed partial class PartitionEngine
{
    /// <summary>Changes whenever a figure can change.</summary>
    public const string Version = "cbad-5";

    /// <summary>Upper bound on the bytes of state that one stream holds between calls.</summary>
    public const int MaxStreamBytes = 1 << 20;

    private readonly SortedDictionary<ulong, EventStream> _streams = [];
    private readonly SortedDictionary<int, TenantTraces> _traces = [];
    private readonly SortedDictionary<int, AlarmBudget> _budgets = [];
    private readonly SortedSet<ulong> _open = [];
    private readonly SortedSet<ulong> _changed = [];
    private readonly SortedSet<ulong> _changedAnchors = [];
    private readonly ByteBuffer _before = new();
    private readonly Func<ulong, SpanStream?> _spans;
    private readonly Func<ulong, SpanModel?> _spanModels;
    private readonly Action<SpanStream> _judgeSpans;
    private List<Verdict> _verdicts = [];
    private long _stateBytes;
    private LogPosition _entry;
    private int _ordinal;

    public PartitionEngine(EngineConfiguration configuration)
    {
        configuration.Validate();
        _local = new LocalTime(configuration);
        Configuration = configuration;
        _spans = id => _streams.GetValueOrDefault(id) as SpanStream;
        _spanModels = id => _spans(id)?.Model;
        _judgeSpans = Judge;
    }

    /// <summary>True while there are events that no verdict covers yet: ticks are needed.</summary>
    public bool HasOpenWindows =>
        _open.Count > 0 || _inSession.Count > 0 || _traces.Values.Any(traces => traces.Assembly.Traces > 0) || _resources.Values.Any(group => !group.Assembly.IsEmpty);

    /// <summary>Streams whose state changed since <see cref="MarkSaved"/>, ordered by id.</summary>
    public IReadOnlyCollection<StreamId> ChangedStreams => [.. _changed.Select(id => new StreamId(id))];

    /// <summary>Learns and judges the events of one block; appends the verdicts of windows that they close.</summary>
    /// <exception cref="InvalidDataException">The block's events are not as EventWriter writes them.</exception>
    public void Observe(int tenant, EventBlock block, LogPosition position, long receivedUnixNano, List<Verdict> verdicts)
    {
        if (block.EventCount == 0) return;
        var id = block.Stream(tenant).Value;
        Begin(position, verdicts);
        _changed.Add(id);
        _beats.Here(receivedUnixNano);
        Hear(id, tenant, block, receivedUnixNano);
        if (block.Signal == Signal.Traces) ObserveSpans(id, tenant, block, receivedUnixNano);
        else ObserveEvents(id, tenant, block, receivedUnixNano);
    }

    /// <summary>Judges traces and sessions that are complete by now and, short as they are, the windows that got no event for longer than the configured idle time.</summary>
    public void Tick(LogPosition position, long nowUnixNano, List<Verdict> verdicts)
    {
        Begin(position, verdicts);
        _beats.Here(nowUnixNano);
        JudgeSilences(nowUnixNano);
        foreach (var (tenant, traces) in _traces) JudgeCompleteTraces(tenant, traces, nowUnixNano);
        JudgeCompleteSessions(nowUnixNano);
        foreach (var id in _open.ToArray())
        {
            var stream = _streams[id];
            if (nowUnixNano - stream.LastReceived <= ConfigurationOf(stream.Tenant).IdleWindowNano) continue;
            Judge(stream);
            _open.Remove(id);
            _changed.Add(id);
        }
        JudgeIdleRows(nowUnixNano);
    }

    public void MarkSaved() => _changed.Clear();

    /// <summary>Streams that the engine remembers.</summary>
    public int StreamCount => _streams.Count;

    /// <summary>Bytes of all streams' state, each as of its last window, of what is judged jointly, and of open traces.</summary>
    public long StateBytes => _stateBytes + _traces.Values.Sum(traces => traces.Assembly.Bytes) + _resources.Values.Sum(group => group.Bytes);

    /// <summary>A stream never seen has seen 0 events.</summary>
    public StreamProgress Progress(StreamId stream)
    {
        if (!_streams.TryGetValue(stream.Value, out var judged)) return new StreamProgress(0, Configuration.BaselineEvents, 0);
        return new StreamProgress(judged.Events, Math.Max(0, judged.CalibratedFrom + ConfigurationOf(judged).BaselineEvents - judged.Events), judged.Bytes);
    }

    /// <summary>Ordinals count through the whole entry, which holds a block for each of its streams: they are part of a verdict's id.</summary>
    private void Begin(LogPosition position, List<Verdict> verdicts)
    {
        _verdicts = verdicts;
        if (position == _entry) return;
        _entry = position;
        _ordinal = 0;
    }

    private void ObserveEvents(ulong id, int tenant, EventBlock block, long receivedUnixNano)
    {
        var reader = block.Read();
        var group = block.Signal == Signal.Metrics ? ResourceOf(tenant, block) : null;
        var sender = group is null ? 0 : SenderOf(block.ResourceAttributes);
        var isHeard = false;
        _streams.TryGetValue(id, out var stream);
        if (stream is LogStream known) known.UseSessionKey(ConfigurationOf(known).SessionKey);
        while (reader.Next(out var view))
        {
            stream ??= _streams[id] = NewStream(id, tenant, block, view);
            if (stream is SeriesStream series && (PointKind)view.Severity != series.Kind)
            {
                if (stream.Open > 0) Judge(stream);
                series.Become((PointKind)view.Severity);
            }
            if (stream is LogStream log) JudgeCompleteSessions(log, receivedUnixNano);
            if (group is not null && !isHeard) CallRoll(group, id, (PointKind)view.Severity, sender, receivedUnixNano);
            isHeard = true;
            var isFull = stream.Add(view, sender, receivedUnixNano);
            if (group is not null) Gather(group, (SeriesStream)stream, view, sender, receivedUnixNano);
            if (isFull) Judge(stream);
        }
        if (stream is not null) MarkOpen(stream);
    }

    private void MarkOpen(EventStream stream)
    {
        if (stream.Open > 0) _open.Add(stream.Id);
        else _open.Remove(stream.Id);
        if (stream is LogStream { Sessions.Open.Count: > 0 }) _inSession.Add(stream.Id);
        else _inSession.Remove(stream.Id);
    }

    private EventStream NewStream(ulong id, int tenant, in EventBlock block, in EventView first)
    {
        var (service, name, configuration) = (block.Service.ToArray(), block.Name.ToArray(), ConfigurationOf(tenant, id));
        return block.Signal == Signal.Logs
            ? new LogStream(id, tenant, service, name, configuration.WindowEvents, LogStream.ColdEvents(configuration.BaselineEvents), configuration.SessionKey)
            : new SeriesStream(id, tenant, service, name, (PointKind)first.Severity, configuration.WindowEvents, LocalOf(tenant));
    }

    private void Judge(EventStream stream)
    {
        stream.Complete(_before);
        // Windows that began before the baseline was full are not judged.
        var configuration = ConfigurationOf(stream);
        var isJudged = stream.FirstEvent - stream.CalibratedFrom >= configuration.BaselineEvents;
        var ranking = isJudged ? stream.Rank() : default;
        var (kind, test) = isJudged
            ? Decide(stream.Tenant, stream.Id, stream.Service, stream.LastTime, ranking.PValue, ranking.BudgetPValue, null, stream.IsOfEpisode)
            : (VerdictKind.Calibrating, default);
        var verdict = new Verdict(
            kind, stream.Tenant, new StreamId(stream.Id), stream.Signal, _entry, _ordinal++, stream.FirstEvent, stream.Open, stream.FirstTime, stream.LastTime,
            isJudged ? ranking.PValue : null, null)
        {
            CompressionRatio = stream.CompressionRatio,
        };
        if (kind == VerdictKind.Anomaly)
        {
            var proof = stream.Prove(ranking, _before, id => _streams.GetValueOrDefault(id));
            verdict = Proven(verdict, stream.Source, proof, test);
        }
        _verdicts.Add(verdict);
        var isFlagged = kind is VerdictKind.Anomaly or VerdictKind.Suppressed;
        if (isFlagged)
        {
            stream.Drift.Flag();
            if (stream.Signal == Signal.Metrics) FlagResource(stream);
        }
        JudgeDrift(stream);
        if (stream.Drift.HasChanges) _changedAnchors.Add(stream.Id);
        stream.Close(isFlagged, configuration.WindowEvents);
        Recount(stream);
    }

    private void Recount(EventStream stream)
    {
        var bytes = stream.Bytes;
        _stateBytes += bytes - stream.CountedBytes;
        stream.CountedBytes = bytes;
    }

    private AlarmBudget BudgetOf(int tenant)
    {
        if (!_budgets.TryGetValue(tenant, out var budget)) _budgets[tenant] = budget = new AlarmBudget();
        return budget;
    }
}

using Driftlock.Cbad.Budget;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Logs;
using Driftlock.Cbad.Proof;
using Driftlock.Cbad.Series;

namespace Driftlock.Cbad;

/// <summary>
/// Judges all streams of one partition of the event log, in log order. A state machine without clock, I/O or randomness: the same
/// entries give the same verdicts, byte for byte, also through <see cref="SaveStream"/> and <see cref="LoadStream"/>. Not for two threads.
/// </summary>
/// <remarks>The number of streams is bounded by whoever admits them; a stream is bounded here (<see cref="MaxStreamBytes"/>).</remarks>
public sealed class PartitionEngine
{
    /// <summary>Changes whenever a figure can change.</summary>
    public const string Version = "cbad-3";

    /// <summary>Upper bound on the bytes of state that one stream holds between calls.</summary>
    public const int MaxStreamBytes = 1 << 20;

    private const byte LogState = 1;
    private const byte UnjudgedState = 2;
    private const byte SeriesState = 3;

    private readonly SortedDictionary<ulong, EventStream> _streams = [];
    private readonly SortedDictionary<ulong, UnjudgedStream> _unjudged = [];
    private readonly SortedDictionary<int, AlarmBudget> _budgets = [];
    private readonly SortedSet<ulong> _open = [];
    private readonly SortedSet<ulong> _changed = [];
    private readonly ByteBuffer _before = new();
    private LogPosition _entry;
    private int _ordinal;

    public PartitionEngine(EngineConfiguration configuration)
    {
        configuration.Validate();
        Configuration = configuration;
    }

    public EngineConfiguration Configuration { get; private set; }

    /// <summary>True while a stream has events that no verdict covers yet: ticks are needed.</summary>
    public bool HasOpenWindows => _open.Count > 0;

    /// <summary>Streams whose state changed since <see cref="MarkSaved"/>, ordered by id.</summary>
    public IReadOnlyCollection<StreamId> ChangedStreams => [.. _changed.Select(id => new StreamId(id))];

    /// <summary>
    /// Applies a configuration entry of the log, from here on. Open windows keep the size they began with; a stream whose window size
    /// changes calibrates again, since its past windows are no measure of the new ones. The cold start of a known stream stays.
    /// </summary>
    public void Configure(EngineConfiguration configuration)
    {
        configuration.Validate();
        Configuration = configuration;
    }

    /// <summary>Learns and judges the events of one block; appends the verdicts of windows that they close.</summary>
    /// <exception cref="InvalidDataException">The block's events are not as EventWriter writes them.</exception>
    public void Observe(int tenant, EventBlock block, LogPosition position, long receivedUnixNano, List<Verdict> verdicts)
    {
        if (block.EventCount == 0) return;
        var id = block.Stream(tenant).Value;
        Begin(position);
        _changed.Add(id);
        if (block.Signal != Signal.Traces) ObserveJudged(id, tenant, block, position, receivedUnixNano, verdicts);
        else ObserveUnjudged(id, tenant, block, position, receivedUnixNano, verdicts);
    }

    /// <summary>Judges, short as they are, the windows that got no event for longer than the configured idle time.</summary>
    public void Tick(LogPosition position, long nowUnixNano, List<Verdict> verdicts)
    {
        Begin(position);
        foreach (var id in _open.ToArray())
        {
            var received = _streams.TryGetValue(id, out var stream) ? stream.LastReceived : _unjudged[id].LastReceived;
            if (nowUnixNano - received <= Configuration.IdleWindowNano) continue;
            if (stream is not null) Judge(stream, position, verdicts);
            else Close(id, _unjudged[id], position, verdicts);
            _open.Remove(id);
            _changed.Add(id);
        }
    }

    /// <exception cref="KeyNotFoundException">The stream was never seen.</exception>
    public void SaveStream(StreamId stream, ByteBuffer target)
    {
        if (_streams.TryGetValue(stream.Value, out var judged))
        {
            target.WriteByte(judged.Signal == Signal.Logs ? LogState : SeriesState);
            judged.Save(target);
            return;
        }
        target.WriteByte(UnjudgedState);
        _unjudged[stream.Value].Save(target);
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="SaveStream"/> of this version.</exception>
    public void LoadStream(StreamId stream, ReadOnlySpan<byte> state)
    {
        var kind = Varint.Take(ref state, 1)[0];
        var open = kind switch
        {
            LogState => (_streams[stream.Value] = LogStream.Load(stream.Value, state)).Open > 0,
            SeriesState => (_streams[stream.Value] = SeriesStream.Load(stream.Value, state)).Open > 0,
            UnjudgedState => (_unjudged[stream.Value] = UnjudgedStream.Load(state)).Open > 0,
            _ => throw new InvalidDataException($"stream state of kind {kind}"),
        };
        if (open) _open.Add(stream.Value);
        else _open.Remove(stream.Value);
    }

    /// <summary>Configuration, error budgets per tenant: everything that is not per stream.</summary>
    public void SaveBudgets(ByteBuffer target)
    {
        target.WriteBytes(Configuration.ToJson());
        target.WriteVarint((ulong)_budgets.Count);
        foreach (var (tenant, budget) in _budgets)
        {
            target.WriteVarint((ulong)tenant);
            budget.Save(target);
        }
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="SaveBudgets"/>.</exception>
    /// <exception cref="FormatException">The configuration in it is not valid.</exception>
    public void LoadBudgets(ReadOnlySpan<byte> state)
    {
        Configuration = EngineConfiguration.Parse(Varint.ReadBytes(ref state));
        _budgets.Clear();
        for (var left = Varint.Read(ref state); left > 0; left--)
        {
            var budget = new AlarmBudget();
            var tenant = (int)Varint.Read(ref state);
            budget.Load(ref state);
            _budgets[tenant] = budget;
        }
    }

    public void MarkSaved() => _changed.Clear();

    /// <summary>A stream never seen has seen 0 events.</summary>
    public StreamProgress Progress(StreamId stream)
    {
        if (_unjudged.TryGetValue(stream.Value, out var other)) return new StreamProgress(other.Events, Configuration.BaselineEvents, UnjudgedStream.Bytes);
        if (!_streams.TryGetValue(stream.Value, out var judged)) return new StreamProgress(0, Configuration.BaselineEvents, 0);
        return new StreamProgress(judged.Events, Math.Max(0, judged.CalibratedFrom + Configuration.BaselineEvents - judged.Events), judged.Bytes);
    }

    /// <summary>Ordinals count through the whole entry, which holds a block for each of its streams: they are part of a verdict's id.</summary>
    private void Begin(LogPosition position)
    {
        if (position == _entry) return;
        _entry = position;
        _ordinal = 0;
    }

    private void ObserveJudged(
        ulong id, int tenant, EventBlock block, LogPosition position, long receivedUnixNano, List<Verdict> verdicts)
    {
        var reader = block.Read();
        _streams.TryGetValue(id, out var stream);
        while (reader.Next(out var view))
        {
            stream ??= _streams[id] = NewStream(id, tenant, block, view);
            if (stream is SeriesStream series && (PointKind)view.Severity != series.Kind)
            {
                if (stream.Open > 0) Judge(stream, position, verdicts);
                series.Become((PointKind)view.Severity);
            }
            if (stream.Add(view, block.ResourceAttributes, receivedUnixNano)) Judge(stream, position, verdicts);
        }
        if (stream?.Open > 0) _open.Add(id);
        else _open.Remove(id);
    }

    private EventStream NewStream(ulong id, int tenant, in EventBlock block, in EventView first)
    {
        var (service, name) = (block.Service.ToArray(), block.Name.ToArray());
        return block.Signal == Signal.Logs
            ? new LogStream(id, tenant, service, name, Configuration.WindowEvents, LogStream.ColdEvents(Configuration.BaselineEvents))
            : new SeriesStream(id, tenant, service, name, (PointKind)first.Severity, Configuration.WindowEvents);
    }

    private void ObserveUnjudged(
        ulong id, int tenant, EventBlock block, LogPosition position, long receivedUnixNano, List<Verdict> verdicts)
    {
        if (!_unjudged.TryGetValue(id, out var stream)) stream = _unjudged[id] = new UnjudgedStream(tenant, block.Signal);
        var reader = block.Read();
        while (reader.Next(out var view))
            if (stream.Add(view.TimeUnixNano, receivedUnixNano) >= Configuration.WindowEvents) Close(id, stream, position, verdicts);
        if (stream.Open > 0) _open.Add(id);
        else _open.Remove(id);
    }

    private void Judge(EventStream stream, LogPosition position, List<Verdict> verdicts)
    {
        var ordinal = _ordinal++;
        stream.Complete(_before);
        // Windows that began before the baseline was full are not judged.
        if (stream.FirstEvent - stream.CalibratedFrom < Configuration.BaselineEvents)
        {
            verdicts.Add(VerdictOf(stream, VerdictKind.Calibrating, position, ordinal, null, null));
            stream.Close(flagged: false, Configuration.WindowEvents);
            return;
        }
        if (!_budgets.TryGetValue(stream.Tenant, out var budget)) _budgets[stream.Tenant] = budget = new AlarmBudget();
        var ranking = stream.Rank();
        var (tests, rejections) = (budget.Tests, budget.Rejections);
        var rejected = budget.Test(ranking.BudgetPValue, Configuration.FalseDiscoveryRate);
        var kind = !rejected ? VerdictKind.Normal : stream.IsOfEpisode ? VerdictKind.Suppressed : VerdictKind.Anomaly;
        var evidence = kind == VerdictKind.Anomaly
            ? EvidenceFrame.Build(stream, stream.Prove(ranking, _before), Configuration, position, ordinal, ranking.BudgetPValue, tests, rejections, budget)
            : null;
        verdicts.Add(VerdictOf(stream, kind, position, ordinal, ranking.PValue, evidence));
        stream.Close(rejected, Configuration.WindowEvents);
    }

    private static Verdict VerdictOf(
        EventStream stream, VerdictKind kind, LogPosition position, int ordinal, double? pValue, Evidence? evidence) =>
        new(kind, stream.Tenant, new StreamId(stream.Id), stream.Signal, position, ordinal, stream.FirstEvent, stream.Open,
            stream.FirstTime, stream.LastTime, pValue, evidence);

    private void Close(ulong id, UnjudgedStream stream, LogPosition position, List<Verdict> verdicts) =>
        verdicts.Add(stream.Close(new StreamId(id), position, _ordinal++));
}

using Driftlock.Cbad.Events;

namespace Driftlock.Cbad;

/// <summary>
/// Judges all streams of one partition of the event log, in log order. A state machine without clock, I/O or randomness: the same
/// entries give the same verdicts, byte for byte, also through <see cref="SaveStream"/> and <see cref="LoadStream"/>. Not for two threads.
/// </summary>
public sealed class PartitionEngine
{
    /// <summary>Changes whenever a figure can change.</summary>
    public const string Version = "cbad-1";

    /// <summary>Upper bound on the bytes of state that one stream holds between calls.</summary>
    public const int MaxStreamBytes = 1 << 20;

    private readonly SortedSet<ulong> _changed = [];
    private readonly Dictionary<ulong, long> _events = [];

    public PartitionEngine(EngineConfiguration configuration)
    {
        configuration.Validate();
        Configuration = configuration;
    }

    public EngineConfiguration Configuration { get; private set; }

    /// <summary>True while a stream has events that no verdict covers yet: ticks are needed.</summary>
    public bool HasOpenWindows { get; private set; }

    /// <summary>Streams whose state changed since <see cref="MarkSaved"/>, ordered by id.</summary>
    public IReadOnlyCollection<StreamId> ChangedStreams => [.. _changed.Select(id => new StreamId(id))];

    /// <summary>Applies a configuration entry of the log, from here on. Open windows keep the size they began with.</summary>
    public void Configure(EngineConfiguration configuration)
    {
        configuration.Validate();
        Configuration = configuration;
    }

    /// <summary>Learns and judges the events of one block; appends the verdicts of windows that they close.</summary>
    /// <exception cref="InvalidDataException">The block's events are not as EventWriter writes them.</exception>
    public void Observe(int tenant, EventBlock block, LogPosition position, long receivedUnixNano, List<Verdict> verdicts)
    {
        var stream = block.Stream(tenant).Value;
        _events[stream] = _events.GetValueOrDefault(stream) + block.EventCount;
        _changed.Add(stream);
    }

    /// <summary>Judges, short as they are, the windows that got no event for longer than the configured idle time.</summary>
    public void Tick(LogPosition position, long nowUnixNano, List<Verdict> verdicts) => HasOpenWindows = false;

    public void SaveStream(StreamId stream, ByteBuffer target) => target.WriteVarint((ulong)_events.GetValueOrDefault(stream.Value));

    public void LoadStream(StreamId stream, ReadOnlySpan<byte> state) => _events[stream.Value] = (long)Varint.Read(ref state);

    /// <summary>Configuration, error budgets per tenant: everything that is not per stream.</summary>
    public void SaveBudgets(ByteBuffer target) => target.WriteBytes(Configuration.ToJson());

    public void LoadBudgets(ReadOnlySpan<byte> state) => Configuration = EngineConfiguration.Parse(Varint.ReadBytes(ref state));

    public void MarkSaved() => _changed.Clear();

    /// <summary>A stream never seen has seen 0 events.</summary>
    public StreamProgress Progress(StreamId stream)
    {
        var seen = _events.GetValueOrDefault(stream.Value);
        return new(seen, Math.Max(0, Configuration.BaselineEvents - seen), 0);
    }
}

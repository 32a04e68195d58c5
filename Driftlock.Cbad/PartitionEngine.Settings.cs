using Driftlock.Cbad.Budget;
using Driftlock.Cbad.Drift;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Proof;
using Driftlock.Cbad.Series;
using Driftlock.Cbad.Settings;

namespace Driftlock.Cbad;

// What is configured, for all tenants and for one, and what it makes of a test: told, suppressed, or passed over.
public sealed partial class PartitionEngine
{
    private readonly SortedDictionary<int, (TenantSettings Settings, LocalTime Local)> _settings = [];
    private readonly LocalTime _local;

    /// <summary>Of tenants that configured nothing.</summary>
    public EngineConfiguration Configuration
    {
        get;
        private set
        {
            field = value;
            _local.Use(value);
        }
    }

    /// <summary>
    /// Applies a configuration entry of the log for the tenants that have none of their own, from here on. Open windows keep the size they
    /// began with; a stream whose window size changes calibrates again, since its past windows are no measure of the new ones. The cold
    /// start of a known stream stays.
    /// </summary>
    public void Configure(EngineConfiguration configuration)
    {
        configuration.Validate();
        Configuration = configuration;
    }

    /// <summary>The same for one tenant; null: from here on it has none of its own.</summary>
    public void Configure(int tenant, TenantSettings? settings)
    {
        settings?.Validate();
        if (settings is null) _settings.Remove(tenant);
        else _settings[tenant] = (settings, new LocalTime(settings.Configuration));
        // Series hold on to their tenant's local time.
        var local = LocalOf(tenant);
        foreach (var stream in _streams.Values)
        {
            if (stream.Tenant == tenant) stream.Follow(local);
        }
    }

    /// <summary>Freezes, by hand, what a stream's numbers have shown so far as the baseline against which drift is judged; numbers with too short a past go on as they were.</summary>
    public void Pin(StreamId stream)
    {
        if (!_streams.TryGetValue(stream.Value, out var found)) return;
        found.Drift.Pin();
        NoteAnchors(found);
    }

    /// <summary>Gives a stream's pinned baselines up, by hand: others are collected from here on.</summary>
    public void Supersede(StreamId stream)
    {
        if (!_streams.TryGetValue(stream.Value, out var found)) return;
        found.Drift.Supersede();
        NoteAnchors(found);
    }

    /// <summary>The baselines that were pinned or given up since this was last called, in the order of streams.</summary>
    public IReadOnlyList<AnchorChange> TakeAnchorChanges()
    {
        var changes = new List<AnchorChange>();
        foreach (var id in _changedAnchors) _streams[id].Drift.TakeChanges(new StreamId(id), _streams[id].Tenant, changes);
        _changedAnchors.Clear();
        return changes;
    }

    private void NoteAnchors(EventStream stream)
    {
        _changed.Add(stream.Id);
        if (stream.Drift.HasChanges) _changedAnchors.Add(stream.Id);
    }

    private EngineConfiguration ConfigurationOf(int tenant) => _settings.TryGetValue(tenant, out var own) ? own.Settings.Configuration : Configuration;

    private EngineConfiguration ConfigurationOf(EventStream stream) => ConfigurationOf(stream.Tenant, stream.Id);

    private EngineConfiguration ConfigurationOf(int tenant, ulong stream) => _settings.TryGetValue(tenant, out var own) ? own.Settings.Of(stream) : Configuration;

    private LocalTime LocalOf(int tenant) => _settings.TryGetValue(tenant, out var own) ? own.Local : _local;

    /// <summary>Gives a test to the error budget, unless nothing is told of it anyway.</summary>
    /// <param name="tenant">Whose budget.</param>
    /// <param name="stream">That the verdict is on.</param>
    /// <param name="service">Of the stream.</param>
    /// <param name="time">Of the newest event.</param>
    /// <param name="pValue">As the verdict states it.</param>
    /// <param name="budgetPValue">As the budget is given it.</param>
    /// <param name="eValue">The evidence, where it came about in another way than out of the p-value.</param>
    /// <param name="isOfEpisode">It says nothing that was not said just before.</param>
    private (VerdictKind Kind, BudgetTest Test) Decide(
        int tenant, ulong stream, ReadOnlySpan<byte> service, ulong time, double pValue, double budgetPValue, double? eValue, bool isOfEpisode)
    {
        var configuration = ConfigurationOf(tenant, stream);
        var isQuiet = _settings.TryGetValue(tenant, out var own) && own.Settings.IsQuiet(stream, service, time);
        // What may not become an alarm is a test all the same: passing over those with large p-values would leave out half of what keeps the rate.
        var isPassed = pValue > configuration.MaxPValue;
        var (p, e) = isPassed ? (1, AlarmBudget.EValue(1)) : (budgetPValue, eValue ?? AlarmBudget.EValue(budgetPValue));
        var test = isQuiet ? BudgetOf(tenant).Peek(p, e, configuration.FalseDiscoveryRate) : BudgetOf(tenant).Test(p, e, configuration.FalseDiscoveryRate);
        var kind = !test.IsRejected ? VerdictKind.Normal : isOfEpisode || isQuiet ? VerdictKind.Suppressed : VerdictKind.Anomaly;
        return (kind, test);
    }

    /// <summary>The verdict with its evidence, or suppressed where it is not severe enough to be told.</summary>
    private Verdict Proven(Verdict verdict, EvidenceSource source, WindowProof proof, in BudgetTest test)
    {
        var configuration = ConfigurationOf(verdict.Tenant, verdict.Stream.Value);
        return Wording.IsAtLeast(proof.Explanation.Severity, configuration.MinSeverity)
            ? verdict with { Evidence = EvidenceFrame.Build(source, proof, configuration, verdict, test) }
            : verdict with { Kind = VerdictKind.Suppressed };
    }
}

using Driftlock.Cbad.Budget;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Logs;
using Driftlock.Cbad.Resources;
using Driftlock.Cbad.Series;
using Driftlock.Cbad.Settings;
using Driftlock.Cbad.Traces;

namespace Driftlock.Cbad;

// The state, stream by stream, so that only what changed has to be written.
public sealed partial class PartitionEngine
{
    private const byte LogState = 1;
    private const byte SeriesState = 2;
    private const byte SpanState = 3;
    private const byte ResourceState = 4;

    /// <exception cref="KeyNotFoundException">The stream was never seen.</exception>
    public void SaveStream(StreamId stream, ByteBuffer target)
    {
        if (_resources.TryGetValue(stream.Value, out var group))
        {
            target.WriteByte(ResourceState);
            group.Save(target);
            return;
        }
        var saved = _streams[stream.Value];
        target.WriteByte(saved.Signal switch { Signal.Logs => LogState, Signal.Metrics => SeriesState, _ => SpanState });
        saved.Save(target);
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="SaveStream"/> of this version.</exception>
    public void LoadStream(StreamId stream, ReadOnlySpan<byte> state)
    {
        var kind = Varint.Take(ref state, 1)[0];
        if (kind == ResourceState)
        {
            _resources[stream.Value] = ResourceGroup.Load(state);
            return;
        }
        _streams[stream.Value] = kind switch
        {
            LogState => LogStream.Load(stream.Value, state),
            SeriesState => SeriesStream.Load(stream.Value, state, LocalOf),
            SpanState => SpanStream.Load(stream.Value, state),
            _ => throw new InvalidDataException($"stream state of kind {kind}"),
        };
        MarkOpen(_streams[stream.Value]);
        Recount(_streams[stream.Value]);
    }

    /// <summary>Configuration and settings, error budgets and open traces of each tenant: everything that is not per stream.</summary>
    public void SaveBudgets(ByteBuffer target)
    {
        target.WriteBytes(Configuration.ToJson());
        target.WriteVarint((ulong)_settings.Count);
        foreach (var (tenant, own) in _settings)
        {
            target.WriteVarint((ulong)tenant);
            target.WriteBytes(own.Settings.ToJson());
        }
        target.WriteVarint((ulong)_budgets.Count);
        foreach (var (tenant, budget) in _budgets)
        {
            target.WriteVarint((ulong)tenant);
            budget.Save(target);
        }
        target.WriteVarint((ulong)_traces.Count);
        foreach (var (tenant, traces) in _traces)
        {
            target.WriteVarint((ulong)tenant);
            traces.Assembly.Save(target);
        }
        _beats.Save(target);
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="SaveBudgets"/>.</exception>
    /// <exception cref="FormatException">The configuration in it is not valid.</exception>
    public void LoadBudgets(ReadOnlySpan<byte> state)
    {
        Configuration = EngineConfiguration.Parse(Varint.ReadBytes(ref state));
        _settings.Clear();
        for (var left = Varint.Read(ref state); left > 0; left--) Configure((int)Varint.Read(ref state), TenantSettings.Parse(Varint.ReadBytes(ref state)));
        _budgets.Clear();
        for (var left = Varint.Read(ref state); left > 0; left--)
        {
            var budget = new AlarmBudget();
            var tenant = (int)Varint.Read(ref state);
            budget.Load(ref state);
            _budgets[tenant] = budget;
        }
        _traces.Clear();
        for (var left = Varint.Read(ref state); left > 0; left--) TracesOf((int)Varint.Read(ref state)).Assembly.Load(ref state);
        _beats.Load(ref state);
    }
}

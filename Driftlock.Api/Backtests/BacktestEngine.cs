using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Settings;
using Driftlock.Storage;
using Driftlock.Storage.Detection;
using Driftlock.Storage.Model;

namespace Driftlock.Api.Backtests;

/// <summary>An engine of its own under the settings of one side, and what it says of one stream from a time on.</summary>
internal sealed class BacktestEngine
{
    private const int MostAlarms = 100;

    private readonly PartitionEngine _engine = new(new EngineConfiguration());
    private readonly List<Verdict> _verdicts = [];
    private readonly List<BacktestAlarm> _alarms = [];
    private readonly StreamId _stream;
    private readonly long _from;
    private long _windows;
    private long _anomalies;
    private long _suppressed;

    public BacktestEngine(StreamId stream, int tenant, TenantSettings settings, DateTimeOffset from)
    {
        (_stream, _from) = (stream, UnixTime.ToUnixNano(from));
        _engine.Configure(tenant, settings);
    }

    public BacktestSide Side => new(_windows, _anomalies, _suppressed, _alarms);

    public void Feed(LogEntry entry)
    {
        _verdicts.Clear();
        EntryFeed.Feed(_engine, entry, _verdicts);
        if (entry.ReceivedUnixNano < _from) return;
        foreach (var verdict in _verdicts.Where(verdict => verdict.Stream == _stream && verdict.Kind != VerdictKind.Calibrating)) Count(verdict);
    }

    private void Count(Verdict verdict)
    {
        _windows++;
        if (verdict.Kind == VerdictKind.Suppressed) _suppressed++;
        if (verdict.Evidence is not { } evidence) return;
        _anomalies++;
        if (_alarms.Count >= MostAlarms) return;
        _alarms.Add(new BacktestAlarm(
            UnixTime.ToDateTime(verdict.LastTimeUnixNano), evidence.Explanation.Severity, verdict.PValue ?? 1, evidence.Explanation.Why));
    }
}

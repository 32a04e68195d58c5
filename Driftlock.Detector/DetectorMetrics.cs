using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Driftlock.Cbad;
using Driftlock.Storage.Detection;

namespace Driftlock.Detector;

/// <summary>Meter Driftlock.Detector.</summary>
public sealed class DetectorMetrics
{
    public const string MeterName = "Driftlock.Detector";

    private readonly Counter<long> _events;
    private readonly Counter<long> _windows;
    private readonly Histogram<double> _latency;
    private readonly UpDownCounter<long> _partitions;
    private readonly ConcurrentDictionary<int, (int Streams, long Bytes)> _states = new();

    public DetectorMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        _events = meter.CreateCounter<long>("driftlock.detector.events", "{event}", "Events whose window was judged and committed.");
        _windows = meter.CreateCounter<long>("driftlock.detector.windows", "{window}", "Windows judged and committed, by verdict.");
        _latency = meter.CreateHistogram<double>(
            "driftlock.detector.latency", "s", "From the receipt of the entry that closed a window to the commit of its verdict.");
        _partitions = meter.CreateUpDownCounter<long>("driftlock.detector.partitions", "{partition}", "Partitions held by this replica.");
        meter.CreateObservableGauge("driftlock.detector.streams", () => _states.Values.Sum(state => (long)state.Streams), "{stream}", "Streams in this replica's memory.");
        meter.CreateObservableGauge("driftlock.detector.state", () => _states.Values.Sum(state => state.Bytes), "By", "Memory of the streams' state, each as of its last window.");
    }

    public void Held(int change) => _partitions.Add(change);

    /// <summary>What a partition's engine remembers now.</summary>
    public void Remembers(int partition, int streams, long bytes) => _states[partition] = (streams, bytes);

    public void Forgot(int partition) => _states.TryRemove(partition, out _);

    public void Committed(IEnumerable<JudgedWindow> windows, long nowUnixNano)
    {
        foreach (var (verdict, received) in windows)
        {
            _events.Add(verdict.CountedEvents);
            _windows.Add(1, new KeyValuePair<string, object?>("verdict", KindName(verdict.Kind)));
            _latency.Record(Math.Max(0, (nowUnixNano - received) / 1e9));
        }
    }

    private static string KindName(VerdictKind kind) => kind.ToString().ToLowerInvariant();
}

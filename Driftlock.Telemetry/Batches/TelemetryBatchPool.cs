using System.Collections.Concurrent;

namespace Driftlock.Telemetry;

/// <summary>Keeps at most <c>capacity</c> batches between requests; more are made on demand and left to the collector.</summary>
public sealed class TelemetryBatchPool(TelemetryLimits? limits = null, int capacity = 16)
{
    /// <summary>A batch that one huge text has blown up is not kept.</summary>
    private const int LargestTextKept = 1 << 20;

    private readonly ConcurrentBag<TelemetryBatch> _idle = [];

    public TelemetryBatch Rent() => _idle.TryTake(out var batch) ? batch : new TelemetryBatch(limits);

    /// <summary>The batch, its blocks and their spans must not be used afterwards.</summary>
    public void Return(TelemetryBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (_idle.Count < capacity && batch.LargestText <= LargestTextKept) _idle.Add(batch);
    }
}

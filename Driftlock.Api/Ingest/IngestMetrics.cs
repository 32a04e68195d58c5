using System.Diagnostics.Metrics;
using Driftlock.Telemetry;

namespace Driftlock.Api.Ingest;

/// <summary>Meter Driftlock.Ingest.</summary>
public sealed class IngestMetrics
{
    public const string MeterName = "Driftlock.Ingest";

    private readonly Counter<long> _accepted;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _repeated;

    public IngestMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        _accepted = meter.CreateCounter<long>("driftlock.ingest.accepted", "{item}", "Items that were acknowledged after being appended.");
        _rejected = meter.CreateCounter<long>("driftlock.ingest.rejected", "{item}", "Items that were refused for good.");
        _repeated = meter.CreateCounter<long>("driftlock.ingest.repeated", "{request}", "Requests that were recognised as a retry.");
    }

    internal void Ingested(TelemetryBatch batch, IngestResult result)
    {
        var signal = new KeyValuePair<string, object?>("signal", batch.Signal.ToString().ToLowerInvariant());
        if (result.Repeated)
        {
            _repeated.Add(1, signal);
            return;
        }
        _accepted.Add(result.Accepted, signal);
        if (result.Rejected > 0) _rejected.Add(result.Rejected, signal);
    }
}

using Driftlock.Cbad.Events;
using Driftlock.Storage.Streams;
using Driftlock.Telemetry;

namespace Driftlock.Api.Ingest;

/// <summary>Registers the streams that a batch brings, and says which are refused because the tenant has as many as it may.</summary>
public sealed class StreamAdmission(StreamRegistry registry, PartitionCount partitions)
{
    /// <param name="allowed">By the tenant's tier.</param>
    public string Message(int allowed) => $"the tenant has its {registry.Cap(allowed)} streams; events of further streams are not taken";

    public async Task<RefusedStreams> RefusedAsync(int tenant, int allowed, TelemetryBatch batch, CancellationToken cancellationToken)
    {
        var unknown = Unknown(tenant, batch);
        if (unknown.Count == 0) return RefusedStreams.None;
        var count = await partitions.GetAsync(cancellationToken);
        return new RefusedStreams(await registry.RegisterAsync(tenant, unknown, count, allowed, cancellationToken));
    }

    private List<StreamDescription> Unknown(int tenant, TelemetryBatch batch)
    {
        var unknown = new Dictionary<StreamId, StreamDescription>();
        foreach (var stream in batch.Streams)
        {
            var id = stream.Id(tenant);
            if (!registry.IsKnown(id)) unknown.TryAdd(id, new StreamDescription(id, stream.Signal, stream.ServiceText, stream.NameText));
        }
        return [.. unknown.Values];
    }
}

public sealed class RefusedStreams(IReadOnlySet<StreamId> ids)
{
    public static readonly RefusedStreams None = new(new HashSet<StreamId>());

    public bool Contains(StreamId id) => ids.Count > 0 && ids.Contains(id);

    public long EventsIn(int tenant, TelemetryBatch batch)
    {
        if (ids.Count == 0) return 0;
        long events = 0;
        foreach (var stream in batch.Streams)
        {
            if (Contains(stream.Id(tenant))) events += stream.EventCount;
        }
        return events;
    }
}

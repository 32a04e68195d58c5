using System.Text.Json;
using System.Threading.Channels;
using Driftlock.Api.Anomalies;

namespace Driftlock.Api.Live;

/// <summary>An anomaly as its event says it.</summary>
public sealed record LiveAnomaly(long Sequence, string Json)
{
    public static LiveAnomaly Of(AnomalySummary anomaly, JsonSerializerOptions json) => new(anomaly.Sequence, JsonSerializer.Serialize(anomaly, json));
}

/// <summary>One reader of the live stream.</summary>
public sealed record LiveClient(int Tenant, Channel<LiveAnomaly> Queue)
{
    public Guid Id { get; } = Guid.NewGuid();

    public bool Equals(LiveClient? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Id.GetHashCode();
}

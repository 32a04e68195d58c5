using Driftlock.Storage.Model;

namespace Driftlock.Api.Limits;

/// <param name="EventsPerDay">Taken in a day of UTC; further ones are rejected with a message.</param>
/// <param name="Streams">Events of further ones are rejected with a message.</param>
/// <param name="RetentionDays">Anomalies with their evidence, incidents and counts are kept so long (<see cref="TierRetention"/>).</param>
/// <param name="RequestsPerSecond">Of the tenant, over all its keys.</param>
public sealed record TierLimits(long EventsPerDay, int Streams, int RetentionDays, double RequestsPerSecond)
{
    /// <summary>The one table of tiers.</summary>
    public static TierLimits Of(TenantTier tier) => tier switch
    {
        TenantTier.Free => new TierLimits(1_000_000, 100, 14, 20),
        TenantTier.Team => new TierLimits(100_000_000, 2_000, 90, 200),
        TenantTier.Business => new TierLimits(2_000_000_000, 20_000, 400, 2_000),
        _ => new TierLimits(long.MaxValue, int.MaxValue, int.MaxValue, double.MaxValue),
    };
}

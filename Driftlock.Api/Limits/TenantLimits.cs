using System.Collections.Concurrent;
using Driftlock.Storage.Connections;
using Driftlock.Storage.Model;
using Npgsql;

namespace Driftlock.Api.Limits;

/// <summary>The limits of each tenant by its tier. Remembered for a few seconds: a change of tier holds that much later, and authorizes nothing.</summary>
public sealed class TenantLimits(NpgsqlDataSource dataSource, TimeProvider time)
{
    private const int Most = 10_000;
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<int, (TierLimits Limits, DateTimeOffset Until)> _known = new();

    public async ValueTask<TierLimits> OfAsync(int tenant, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_known.TryGetValue(tenant, out var known) && known.Until > now) return known.Limits;
        await using var command = dataSource.CreateCommand("SELECT tier FROM tenants WHERE id = $1");
        command.Parameters.Add(new() { Value = tenant });
        try
        {
            var limits = TierLimits.Of((TenantTier)((short?)await command.ExecuteScalarAsync(cancellationToken) ?? 0));
            if (_known.Count > Most) _known.Clear();
            _known[tenant] = (limits, now + Remembered);
            return limits;
        }
        catch (Exception e) when (known.Limits is not null && DatabaseFailure.Is(e))
        {
            // The store is away: what was known is better than a refusal that a sender would take for good.
            return known.Limits;
        }
    }
}

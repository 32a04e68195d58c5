using Driftlock.Api.Hosting;
using Driftlock.Storage.Connections;
using Driftlock.Storage.Model;
using Npgsql;

namespace Driftlock.Api.Limits;

/// <summary>
/// Deletes what a tenant's tier does not keep: anomalies with their evidence, incidents and counts. Partitions hold the rows of all tenants, so
/// these go row by row; what no tenant keeps goes with its partition (Driftlock.Storage/Upkeep). Links of the chain of evidence stay.
/// </summary>
public sealed partial class TierRetention(NpgsqlDataSource dataSource, TimeProvider time, ILogger<TierRetention> logger) : PeriodicService(Interval, time)
{
    private const int AtOnce = 5_000;

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    // By the ids of the tenants and not by a join with them: from a join the planner does not see that these have next to nothing that is so old, and reads
    // every partition whole.
    private static readonly string[] Statements =
    [
        "DELETE FROM anomaly_feedback f USING anomalies a WHERE a.tenant_id = ANY($1) AND a.detected_at < $2 AND f.tenant_id = a.tenant_id AND f.anomaly_id = a.id",
        "DELETE FROM anomalies WHERE id = ANY(ARRAY(SELECT id FROM anomalies WHERE tenant_id = ANY($1) AND detected_at < $2 LIMIT $3)) AND detected_at < $2",
        "DELETE FROM incidents i WHERE i.tenant_id = ANY($1) AND i.ended_at < $2 AND NOT EXISTS (SELECT FROM anomalies a WHERE a.incident_id = i.id)",
        "DELETE FROM stream_hours WHERE tenant_id = ANY($1) AND hour < $2",
        "DELETE FROM stream_minutes WHERE tenant_id = ANY($1) AND minute < $2",
    ];

    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        foreach (var tier in Enum.GetValues<TenantTier>())
        {
            var days = TierLimits.Of(tier).RetentionDays;
            if (days == int.MaxValue) continue;
            var tenants = await TenantsAsync(tier, cancellationToken);
            if (tenants.Length == 0) continue;
            foreach (var statement in Statements) await DeleteAsync(statement, tenants, now.AddDays(-days), cancellationToken);
        }
    }

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ApplyAsync(cancellationToken);
        }
        catch (Exception e) when (DatabaseFailure.Is(e))
        {
            Failed(e);
        }
    }

    private async Task<int[]> TenantsAsync(TenantTier tier, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT coalesce(array_agg(id), '{}') FROM tenants WHERE tier = $1");
        command.Parameters.Add(new() { Value = (short)tier });
        return (int[])(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task DeleteAsync(string sql, int[] tenants, DateTimeOffset before, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Constant texts of this class.
        await using var command = dataSource.CreateCommand(sql);
#pragma warning restore CA2100
        command.Parameters.Add(new() { Value = tenants });
        command.Parameters.Add(new() { Value = before.UtcDateTime });
        var isLimited = sql.Contains("$3", StringComparison.Ordinal);
        if (isLimited) command.Parameters.Add(new() { Value = AtOnce });
        while (await command.ExecuteNonQueryAsync(cancellationToken) == AtOnce && isLimited)
        {
            // On to the next portion.
        }
    }

    [LoggerMessage(EventId = 445, Level = LogLevel.Warning, Message = "Deleting what tiers do not keep failed; trying again in an hour")]
    private partial void Failed(Exception exception);
}

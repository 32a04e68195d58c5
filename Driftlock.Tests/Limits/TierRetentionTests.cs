using Driftlock.Api.Limits;
using Driftlock.Tests.Api;
using Driftlock.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Driftlock.Tests.Limits;

public sealed class TierRetentionTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task A_tier_keeps_as_long_as_it_says_and_other_tenants_are_not_touched()
    {
        await using var database = await ApiDatabase.CreateAsync(server);
        var (free, unlimited) = (await database.AddTenantAsync(), await database.AddTenantAsync());
        await database.ScalarAsync<int>($"UPDATE tenants SET tier = 1 WHERE id = {free.Id} RETURNING 1");
        foreach (var tenant in (TestTenant[])[free, unlimited])
        {
            var stream = await database.AddStreamAsync(tenant, "shop", tenant.Id);
            foreach (var days in (int[])[13, 15, 40])
            {
                var at = DateTimeOffset.UtcNow.AddDays(-days);
                var anomaly = await database.AddAnomalyAsync(tenant, row => (row.DetectedAt, row.FirstEventTime, row.LastEventTime) = (at, at, at));
                var incident = await database.AddIncidentAsync(tenant, "shop", anomaly);
                await database.ScalarAsync<int>($"UPDATE incidents SET ended_at = now() - interval '{days} days' WHERE id = '{incident}' RETURNING 1");
                await database.ScalarAsync<int>($"INSERT INTO anomaly_feedback (id, tenant_id, anomaly_id, kind, at, by) VALUES (gen_random_uuid(), {tenant.Id}, '{anomaly.Id}', 1, now(), 'x') RETURNING 1");
                await database.AddMinuteAsync(tenant, stream, at);
                await database.ScalarAsync<int>($"INSERT INTO stream_hours (tenant_id, hour, stream_id, events, windows, anomalies) VALUES ({tenant.Id}, now() - interval '{days} days', {stream.Id}, 1, 1, 0) RETURNING 1");
            }
        }
        await using var dataSource = NpgsqlDataSource.Create(database.ConnectionString);
        using var retention = new TierRetention(dataSource, TimeProvider.System, NullLogger<TierRetention>.Instance);
        await retention.ApplyAsync(TestContext.Current.CancellationToken);

        foreach (var table in (string[])["anomalies", "incidents", "anomaly_feedback", "stream_minutes", "stream_hours"])
        {
            Assert.Equal((table, 1L), (table, await CountAsync(table, free)));
            Assert.Equal((table, 3L), (table, await CountAsync(table, unlimited)));
        }

        Task<long> CountAsync(string table, TestTenant tenant) => database.ScalarAsync<long>($"SELECT count(*) FROM {table} WHERE tenant_id = {tenant.Id}");
    }
}

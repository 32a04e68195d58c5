using System.Net;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Caching;

[Collection(SharedApi.Name)]
public sealed class SummaryCacheTests(ApiHost host)
{
    private const string Summary = "api/v1/analytics/summary";

    [Fact]
    public async Task A_change_by_anyone_shows_in_the_next_summary()
    {
        var tenant = await host.AddTenantAsync();
        var anomaly = await host.Database.AddAnomalyAsync(tenant);
        Assert.Equal(1, await OpenAsync(tenant));
        Assert.Equal(1, await OpenAsync(tenant));
        Assert.Equal(HttpStatusCode.OK, (await host.Api.SendAsync(tenant.Analyst, HttpMethod.Patch, $"api/v1/anomalies/{anomaly.Id}/status", """{"status":"acknowledged"}""")).Status);
        Assert.Equal(0, await OpenAsync(tenant));
        Assert.Equal(HttpStatusCode.OK, (await host.Api.SendAsync(tenant.Admin, HttpMethod.Patch, "api/v1/config", """{"falseDiscoveryRate":0.2}""")).Status);
        Assert.Equal(0.2, (await host.Api.GetAsync(tenant.Read, Summary)).Json.GetProperty("falseDiscoveryRate").GetDouble());
    }

    [Fact]
    public async Task What_was_sent_is_counted_as_soon_as_nothing_waits_to_be_judged()
    {
        await host.StartDetectorAsync();
        var tenant = await host.AddTenantAsync();
        for (var round = 1; round <= 5; round++)
        {
            Assert.True((await host.Api.Otlp.SendAsync(Transport.Json, tenant.Ingest, OtlpJson.Logs("shop", [.. Enumerable.Range(0, 50).Select(i => $"round {round} line {i}")]))).IsSuccess);
            var summary = (await host.Api.GetAsync(tenant.Read, Summary)).Json;
            while (summary.GetProperty("lag").GetProperty("entries").GetInt64() > 0) summary = (await host.Api.GetAsync(tenant.Read, Summary)).Json;
            Assert.Equal(50 * round, summary.GetProperty("events").GetInt64());
        }
    }

    private async Task<long> OpenAsync(TestTenant tenant) => (await host.Api.GetAsync(tenant.Read, Summary)).Json.GetProperty("anomalies").GetProperty("open").GetInt64();
}

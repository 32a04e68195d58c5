using System.Net;

namespace Driftlock.Tests.Api;

[Collection(SharedApi.Name)]
public sealed class PerformanceTests(ApiHost host)
{
    private const string Performance = "api/v1/admin/performance";

    [Fact]
    public async Task The_service_says_how_fast_its_endpoints_stages_and_caches_are()
    {
        await host.StartDetectorAsync();
        var (tenant, key) = (await host.AddTenantAsync(), await host.Database.AddOperatorAsync());
        for (var i = 0; i < 10; i++) Assert.Equal(HttpStatusCode.OK, (await host.Api.GetAsync(tenant.Read, "api/v1/config")).Status);
        Assert.True((await host.Api.Otlp.SendAsync(Transport.Json, tenant.Ingest, OtlpJson.Logs("shop", ["a line"]))).IsSuccess);
        var figures = (await host.Api.GetAsync(key, Performance)).Json;

        var config = figures.GetProperty("endpoints").EnumerateArray().Single(endpoint => endpoint.GetProperty("name").GetString() == "GET /api/v1/config");
        Assert.InRange(config.GetProperty("count").GetInt64(), 10, long.MaxValue);
        Assert.InRange(config.GetProperty("p50Ms").GetDouble(), 0.01, config.GetProperty("p99Ms").GetDouble());
        var stages = figures.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("name").GetString()).ToList();
        Assert.Superset(new HashSet<string?>(["ingest.decode", "ingest.admit", "ingest.append"]), stages.ToHashSet());
        var callers = figures.GetProperty("caches").EnumerateArray().Single(cache => cache.GetProperty("area").GetString() == "caller");
        Assert.InRange(callers.GetProperty("hitRate").GetDouble(), 0.001, 1);
    }

    [Fact]
    public async Task No_tenants_data_is_in_what_anyone_may_scrape()
    {
        var tenant = await host.AddTenantAsync("zebra");
        Assert.True((await host.Api.Otlp.SendAsync(Transport.Json, tenant.Ingest, OtlpJson.Logs($"svc-{tenant.Name}", ["a line"]))).IsSuccess);
        await host.Api.GetAsync(tenant.Read, $"api/v1/streams?service=svc-{tenant.Name}");
        var text = (await Scrape.OfAsync(host.Api.Rest)).Text;
        Assert.Contains("driftlock_ingest_accepted_total{", text, StringComparison.Ordinal);
        Assert.DoesNotContain(tenant.Name, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_that_is_too_long_is_refused()
    {
        var key = await host.Database.AddOperatorAsync();
        (await host.Api.GetAsync(key, Performance + "?from=2026-01-01&to=2026-02-01")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("from");
    }
}

using System.Net;
using System.Text.Json;
using Driftlock.Cbad.Events;

namespace Driftlock.Tests.Api;

[Collection(SharedApi.Name)]
public sealed class StreamsAndSummaryTests(ApiHost host)
{
    [Fact]
    public async Task Pages_of_streams_have_neither_gap_nor_repeat()
    {
        var tenant = await host.AddTenantAsync();
        for (var i = 0; i < 7; i++) await host.Database.AddStreamAsync(tenant, $"service-{i}", Random.Shared.NextInt64(long.MinValue, long.MaxValue));
        var (seen, cursor) = (new List<string>(), "");
        for (var pages = 0; cursor is not null && pages < 10; pages++)
        {
            var page = await host.Api.GetAsync(tenant.Read, $"api/v1/streams?limit=2{(cursor.Length > 0 ? "&cursor=" + cursor : "")}");
            seen.AddRange(page.Ids);
            cursor = page.Json.GetProperty("nextCursor").GetString();
        }
        Assert.Equal((7, 7), (seen.Count, seen.Distinct().Count()));
    }

    [Fact]
    public async Task A_stream_is_found_by_signal_by_service_and_by_id()
    {
        var tenant = await host.AddTenantAsync();
        foreach (var signal in (Signal[])[Signal.Logs, Signal.Metrics, Signal.Traces])
        {
            Assert.True((await host.Api.Otlp.SendAsync(Transport.Json, tenant.Ingest, OtlpJson.Three(signal, $"{signal}-service"), signal)).IsSuccess);
        }
        foreach (var filter in (string[])["signal=metrics", "service=Metrics-service", "signal=metrics&service=Metrics-service", "text=rics-SERV"])
        {
            var found = Assert.Single((await host.Api.GetAsync(tenant.Read, $"api/v1/streams?{filter}")).Json.GetProperty("items").EnumerateArray());
            Assert.Equal(("metrics", "Metrics-service", "queue"), (Text(found, "signal"), Text(found, "service"), Text(found, "name")));
            Assert.Equal("calibrating", Text(found, "state"));
            Assert.Matches("^[0-9a-f]{16}$", Text(found, "id"));
            var one = await host.Api.GetAsync(tenant.Read, $"api/v1/streams/{Text(found, "id")}");
            Assert.Equal(found.GetRawText(), one.Body);
        }
    }

    [Theory]
    [InlineData("limit", "0")]
    [InlineData("limit", "201")]
    [InlineData("signal", "smoke")]
    [InlineData("signal", "1")]
    [InlineData("signal", "logs,metrics")]
    [InlineData("cursor", "zz")]
    [InlineData("service", "%00")]
    public async Task A_bad_value_is_refused_by_its_name(string field, string value)
    {
        var tenant = await host.AddTenantAsync();
        (await host.Api.GetAsync(tenant.Read, $"api/v1/streams?{field}={value}")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names(field);
    }

    [Theory]
    [InlineData("0000000000000000")]
    [InlineData("not-an-id")]
    public async Task An_unknown_stream_is_not_found(string id) =>
        (await host.Api.GetAsync((await host.AddTenantAsync()).Read, $"api/v1/streams/{id}")).IsProblem(HttpStatusCode.NotFound, "not_found");

    [Fact]
    public async Task The_summary_of_a_new_tenant_is_zeros_with_every_key()
    {
        var summary = (await host.Api.GetAsync((await host.AddTenantAsync()).Read, "api/v1/analytics/summary")).Json;
        Assert.Equal(0, summary.GetProperty("streams").GetProperty("total").GetInt64());
        Assert.Equal(0, summary.GetProperty("lag").GetProperty("entries").GetInt64());
        Assert.Equal(0.05, summary.GetProperty("falseDiscoveryRate").GetDouble());
        Assert.Equal(0, summary.GetProperty("hourly").GetArrayLength());
        Assert.Equal(["open", "acknowledged", "resolved", "dismissed"], Names(summary, "byStatus"));
        Assert.Equal(["low", "medium", "high", "critical"], Names(summary, "bySeverity"));

        static string[] Names(JsonElement summary, string part) =>
            [.. summary.GetProperty("anomalies").GetProperty(part).EnumerateObject().Select(property => property.Name)];
    }

    [Fact]
    public async Task The_summary_counts_what_there_is()
    {
        var tenant = await host.AddTenantAsync();
        await host.Database.AddStreamAsync(tenant, "shop", Random.Shared.NextInt64());
        await host.Database.AddAnomalyAsync(tenant);
        await host.Database.AddAnomalyAsync(tenant, anomaly => anomaly.Status = Driftlock.Storage.Model.AnomalyStatus.Dismissed);
        var anomalies = (await host.Api.GetAsync(tenant.Read, "api/v1/analytics/summary")).Json.GetProperty("anomalies");
        Assert.Equal((2, 1), (anomalies.GetProperty("total").GetInt64(), anomalies.GetProperty("open").GetInt64()));
        Assert.Equal(1, anomalies.GetProperty("byStatus").GetProperty("dismissed").GetInt64());
        Assert.Equal(1, anomalies.GetProperty("bySeverity").GetProperty("medium").GetInt64());
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}

using System.Net;
using System.Text.Json;

namespace Driftlock.Tests.Api;

/// <summary>Settings and commands, from the request to what the real Detector makes of them.</summary>
[Collection(SharedApi.Name)]
public sealed class SettingsInForceTests(ApiHost host)
{
    private const string Alien = "kernel panic: unable to mount root filesystem on unknown-block(0,0)";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task A_muted_stream_raises_nothing_and_is_counted()
    {
        var tenant = await host.AddTenantAsync();
        await SendAsync(tenant, 0, 10);
        var stream = await StreamAsync(tenant);
        Assert.Equal(HttpStatusCode.OK, (await host.Api.SendAsync(tenant.Admin, HttpMethod.Put, $"api/v1/streams/{Text(stream, "id")}/profile", """{"profile":"muted"}""")).Status);
        await SendAsync(tenant, 10, 20);
        await JudgedAsync();
        Assert.Empty((await host.Api.GetAsync(tenant.Read, "api/v1/anomalies")).Ids);
        Assert.Equal((0, 1), ((await StreamAsync(tenant)).GetProperty("anomalies").GetInt64(), (await StreamAsync(tenant)).GetProperty("suppressed").GetInt64()));
    }

    [Fact]
    public async Task An_anomaly_belongs_to_an_incident_and_stands_in_the_timeline_and_a_backtest_says_what_other_settings_would_do()
    {
        var tenant = await host.AddTenantAsync();
        await SendAsync(tenant, 0, 20);
        await JudgedAsync();
        var anomaly = Assert.Single((await host.Api.GetAsync(tenant.Read, "api/v1/anomalies")).Json.GetProperty("items").EnumerateArray());
        var incident = Assert.Single((await host.Api.GetAsync(tenant.Read, "api/v1/incidents")).Json.GetProperty("items").EnumerateArray());
        Assert.Equal(($"i-{Text(anomaly, "id")}", Text(anomaly, "why"), 1), (Text(incident, "id"), Text(incident, "title"), incident.GetProperty("anomalies").GetInt32()));

        var stream = Text(anomaly, "streamId");
        var points = (await host.Api.GetAsync(tenant.Read, $"api/v1/analytics/compression-timeline?stream={stream}")).Json.GetProperty("points").EnumerateArray().ToList();
        Assert.Equal((20, 1), (points.Sum(point => point.GetProperty("windows").GetInt32()), points.Sum(point => point.GetProperty("anomalies").GetInt32())));
        Assert.All(points, point => Assert.InRange(point.GetProperty("ratio").GetDouble(), 0.001, 1));

        var result = (await host.Api.SendAsync(tenant.Analyst, HttpMethod.Post, $"api/v1/streams/{stream}/backtest", JsonSerializer.Serialize(new { maxPValue = anomaly.GetProperty("pValue").GetDouble() / 2 }))).Json;
        var (current, proposed) = (result.GetProperty("current"), result.GetProperty("proposed"));
        Assert.Equal((1000, true), (result.GetProperty("events").GetInt32(), result.GetProperty("complete").GetBoolean()));
        Assert.Equal((1, 0), (current.GetProperty("anomalies").GetInt32(), proposed.GetProperty("anomalies").GetInt32()));
        Assert.Equal(Text(anomaly, "why"), Text(current.GetProperty("alarms")[0], "why"));
        (await host.Api.SendAsync(tenant.Analyst, HttpMethod.Post, $"api/v1/streams/{stream}/backtest", """{"windowEvents":7}""")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("windowEvents");
        (await host.Api.SendAsync(tenant.Analyst, HttpMethod.Post, $"api/v1/streams/{stream}/backtest", """{"from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}""")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("to");
    }

    [Fact]
    public async Task A_baseline_is_pinned_by_hand_shown_and_given_up_with_its_history()
    {
        var tenant = await host.AddTenantAsync();
        await SendAsync(tenant, 0, 15);
        var address = $"api/v1/streams/{Text(await StreamAsync(tenant), "id")}/anchor";
        Assert.Equal(HttpStatusCode.Accepted, (await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, $"{address}/pin", """{"reason":"before the release"}""")).Status);
        await JudgedAsync();
        var pinned = (await host.Api.GetAsync(tenant.Read, address)).Json.GetProperty("pinned");
        Assert.NotEmpty(pinned.EnumerateArray());
        Assert.All(pinned.EnumerateArray(), anchor => Assert.True(anchor.GetProperty("byHand").GetBoolean()));
        await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, $"{address}/supersede", """{"reason":"after it"}""");
        await JudgedAsync();
        var after = (await host.Api.GetAsync(tenant.Read, address)).Json;
        Assert.Empty(after.GetProperty("pinned").EnumerateArray());
        Assert.Equal(pinned.GetArrayLength(), after.GetProperty("history").GetArrayLength());
        Assert.True(after.GetProperty("history")[0].GetProperty("supersededByHand").GetBoolean());
        Assert.Equal(["anchor.supersede", "anchor.pin"], (await host.Api.GetAsync(tenant.Admin, "api/v1/admin/audit-log")).Json.GetProperty("items").EnumerateArray().Select(item => Text(item, "action")));
    }

    [Fact]
    public async Task What_nobody_looked_at_is_acknowledged_by_policy_where_the_tenant_says_so()
    {
        var (strict, other) = (await host.AddTenantAsync(), await host.AddTenantAsync());
        foreach (var tenant in (TestTenant[])[strict, other]) await host.Database.AddAnomalyAsync(tenant);
        await host.Api.SendAsync(strict.Admin, HttpMethod.Patch, "api/v1/config", """{"autoAcknowledgeDays":7}""");
        await host.Database.AutoAcknowledgeAsync();
        Assert.Equal(("acknowledged", "open"), (await StatusAsync(strict), await StatusAsync(other)));
        var entry = (await host.Api.GetAsync(strict.Admin, "api/v1/admin/audit-log")).Json.GetProperty("items")[0];
        Assert.Equal(("system", "anomaly.status"), (Text(entry, "actor"), Text(entry, "action")));

        async Task<string?> StatusAsync(TestTenant tenant) => Text((await host.Api.GetAsync(tenant.Read, "api/v1/anomalies")).Json.GetProperty("items")[0], "status");
    }

    private async Task<JsonElement> StreamAsync(TestTenant tenant)
    {
        await JudgedAsync();
        return Assert.Single((await host.Api.GetAsync(tenant.Read, "api/v1/streams")).Json.GetProperty("items").EnumerateArray());
    }

    private async Task JudgedAsync()
    {
        await host.StartDetectorAsync();
        using var patience = new CancellationTokenSource(Patience);
        await host.Database.JudgedAsync(patience.Token);
    }

    /// <summary>Requests of 50 lines; the nineteenth has a line that nobody has seen.</summary>
    private async Task SendAsync(TestTenant tenant, int from, int to)
    {
        for (var request = from; request < to; request++)
        {
            var random = new Random(request);
            var lines = Enumerable.Range(0, 50).Select(i => request == 19 && i == 30
                ? Alien
                : $"cart {random.Next(10_000)} of customer {random.Next(1_000)} was paid in {random.Next(5, 60)} ms");
            Assert.True((await host.Api.Otlp.SendAsync(Transport.Grpc, tenant.Ingest, OtlpJson.Logs("shop", lines))).IsSuccess);
        }
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}

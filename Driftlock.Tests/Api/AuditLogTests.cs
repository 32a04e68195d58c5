using System.Net;
using System.Text.Json;

namespace Driftlock.Tests.Api;

[Collection(SharedApi.Name)]
public sealed class AuditLogTests(ApiHost host)
{
    private const string Log = "api/v1/admin/audit-log";

    [Fact]
    public async Task Every_change_names_who_what_before_and_after()
    {
        var tenant = await host.AddTenantAsync();
        var anomaly = await host.Database.AddAnomalyAsync(tenant);
        await host.Api.SendAsync(tenant.Analyst, HttpMethod.Patch, $"api/v1/anomalies/{anomaly.Id}/status", """{"status":"acknowledged","notes":"on it"}""");
        await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/api-keys", """{"name":"ci","role":"ingest"}""");

        var items = (await host.Api.GetAsync(tenant.Admin, Log)).Json.GetProperty("items");
        Assert.Equal(["api-key.create", "anomaly.status"], items.EnumerateArray().Select(item => item.GetProperty("action").GetString()));
        var status = items[1];
        Assert.Equal((anomaly.Id, $"{tenant.Name} Analyst"), (status.GetProperty("target").GetString(), status.GetProperty("actorName").GetString()));
        Assert.Equal("""{"status":"open","notes":null}""", status.GetProperty("before").GetRawText());
        Assert.Equal("""{"status":"acknowledged","notes":"on it"}""", status.GetProperty("after").GetRawText());
        Assert.Equal(JsonValueKind.Null, items[0].GetProperty("before").ValueKind);
    }

    [Fact]
    public async Task What_changed_nothing_leaves_no_entry()
    {
        var tenant = await host.AddTenantAsync();
        var anomaly = await host.Database.AddAnomalyAsync(tenant);
        await host.Api.SendAsync(tenant.Admin, HttpMethod.Patch, $"api/v1/anomalies/{anomaly.Id}/status", """{"status":"resolved"}""");
        await host.Api.SendAsync(tenant.Admin, HttpMethod.Delete, $"api/v1/admin/api-keys/{Guid.NewGuid()}");
        await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/api-keys", """{"name":"","role":"ingest"}""");
        Assert.Empty((await host.Api.GetAsync(tenant.Admin, Log)).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task An_untouched_chain_is_intact_up_to_its_head()
    {
        var tenant = await host.AddTenantAsync();
        for (var i = 0; i < 3; i++) await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/api-keys", """{"name":"ci","role":"ingest"}""");
        var intact = (await host.Api.GetAsync(tenant.Admin, $"{Log}/check")).Json;
        Assert.Equal((3, true), (intact.GetProperty("entries").GetInt64(), intact.GetProperty("intact").GetBoolean()));
        Assert.Equal((await host.Api.GetAsync(tenant.Admin, Log)).Json.GetProperty("items")[0].GetProperty("hash").GetString(), intact.GetProperty("head").GetString());
    }

    /// <summary>What a superuser can do; whatever it is, it shows.</summary>
    [Theory]
    [InlineData("UPDATE audit_log SET actor = 'user:nobody'")]
    [InlineData("UPDATE audit_log SET actor_name = 'nobody'")]
    [InlineData("UPDATE audit_log SET action = 'nothing'")]
    [InlineData("UPDATE audit_log SET target = 'nothing'")]
    [InlineData("UPDATE audit_log SET at = at + interval '1 microsecond'")]
    [InlineData("UPDATE audit_log SET before = '{}'")]
    [InlineData("UPDATE audit_log SET after = '{}'")]
    [InlineData("UPDATE audit_log SET previous_hash = hash")]
    [InlineData("UPDATE audit_log SET hash = previous_hash")]
    [InlineData("DELETE FROM audit_log")]
    public async Task A_chain_that_somebody_altered_around_the_triggers_is_broken_where_it_was(string statement)
    {
        var tenant = await host.AddTenantAsync();
        for (var i = 0; i < 3; i++) await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/api-keys", """{"name":"ci","role":"ingest"}""");
        await host.Database.ScalarAsync<object?>(
            $"SET session_replication_role = replica; {statement} WHERE tenant_id = {tenant.Id} AND position = 2; SET session_replication_role = origin; SELECT 1");
        var broken = (await host.Api.GetAsync(tenant.Admin, $"{Log}/check")).Json;
        Assert.False(broken.GetProperty("intact").GetBoolean());
        Assert.InRange(broken.GetProperty("brokenAt").GetInt64(), 2, 3);
    }

    [Fact]
    public async Task Pages_follow_one_another_and_filters_hold()
    {
        var tenant = await host.AddTenantAsync();
        for (var i = 0; i < 5; i++) await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/api-keys", """{"name":"ci","role":"ingest"}""");
        var first = (await host.Api.GetAsync(tenant.Admin, $"{Log}?limit=3&action=api-key.create")).Json;
        var second = (await host.Api.GetAsync(tenant.Admin, $"{Log}?limit=3&cursor={first.GetProperty("nextCursor").GetString()}")).Json;
        Assert.Equal([5L, 4, 3, 2, 1], first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray()).Select(item => item.GetProperty("position").GetInt64()));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("nextCursor").ValueKind);
        Assert.Empty((await host.Api.GetAsync(tenant.Admin, $"{Log}?action=no.such")).Json.GetProperty("items").EnumerateArray());
        (await host.Api.GetAsync(tenant.Admin, $"{Log}?limit=501")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("limit");
        (await host.Api.GetAsync(tenant.Admin, $"{Log}?cursor=xyz")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("cursor");
    }
}

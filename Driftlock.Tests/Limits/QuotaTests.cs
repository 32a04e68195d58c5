using System.Net;
using System.Text.Json;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Limits;

[Collection(SharedApi.Name)]
public sealed class QuotaTests(ApiHost host)
{
    private const string Tenants = "api/v1/admin/tenants";

    [Fact]
    public async Task An_operator_makes_a_tenant_whose_first_key_works_until_the_tenant_is_disabled()
    {
        var key = await host.Database.AddOperatorAsync();
        var name = $"made-{Guid.NewGuid():N}";
        var made = await host.Api.SendAsync(key, HttpMethod.Post, Tenants, $$"""{"name":"{{name}}","tier":"free"}""");
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var (id, admin) = (made.Json.GetProperty("tenant").GetProperty("id").GetInt32(), made.Json.GetProperty("adminKey").GetString());
        Assert.Equal((name, "admin"), (Text((await host.Api.GetAsync(admin, "api/v1/me")).Json, "tenant"), Text((await host.Api.GetAsync(admin, "api/v1/me")).Json, "role")));
        Assert.Equal((1_000_000, 100), (made.Json.GetProperty("tenant").GetProperty("quota").GetProperty("eventsPerDay").GetInt64(), made.Json.GetProperty("tenant").GetProperty("quota").GetProperty("streams").GetInt32()));
        (await host.Api.SendAsync(key, HttpMethod.Post, Tenants, $$"""{"name":"{{name}}"}""")).IsProblem(HttpStatusCode.Conflict, "tenant_exists");
        Assert.Equal(HttpStatusCode.OK, (await host.Api.SendAsync(key, HttpMethod.Patch, $"{Tenants}/{id}", """{"disabled":true}""")).Status);
        (await host.Api.GetAsync(admin, "api/v1/me")).IsProblem(HttpStatusCode.Unauthorized, "unauthorized");
        await host.Api.SendAsync(key, HttpMethod.Patch, $"{Tenants}/{id}", """{"disabled":false,"tier":"team"}""");
        Assert.Equal(HttpStatusCode.OK, (await host.Api.GetAsync(admin, "api/v1/me")).Status);
        Assert.Contains((await host.Api.GetAsync(key, Tenants)).Json.GetProperty("items").EnumerateArray(), tenant => Text(tenant, "name") == name && Text(tenant, "tier") == "team");
        (await host.Api.SendAsync(key, HttpMethod.Patch, $"{Tenants}/1", """{"disabled":true}""")).IsProblem(HttpStatusCode.Conflict, "own_tenant");
        (await host.Api.SendAsync(key, HttpMethod.Post, Tenants, """{"name":""}""")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("name");
    }

    [Fact]
    public async Task Beyond_its_quota_a_tenants_events_are_rejected_with_a_message_and_counted_nowhere()
    {
        var tenant = await host.AddTenantAsync();
        await host.Database.ScalarAsync<object>($"UPDATE tenants SET tier = 1 WHERE id = {tenant.Id} RETURNING 1");
        await host.Database.ScalarAsync<object>($"INSERT INTO usage_days (tenant_id, day, requests, events, bytes) VALUES ({tenant.Id}, (now() AT TIME ZONE 'UTC')::date, 1, 999999, 1) RETURNING 1");
        Assert.True((await host.Api.Otlp.SendAsync(Transport.Json, tenant.Ingest, OtlpJson.Logs("shop", ["the last one"]))).IsSuccess);
        var usage = (await host.Api.GetAsync(tenant.Admin, "api/v1/admin/usage")).Json;
        Assert.Equal((1_000_000, 1_000_000, 1), (usage.GetProperty("days")[0].GetProperty("events").GetInt64(), usage.GetProperty("eventsPerDay").GetInt64(), usage.GetProperty("streams").GetInt64()));
        var refused = await host.Api.SendAsync(tenant.Ingest, HttpMethod.Post, "api/v1/events", """[{"service":"shop","message":"one too many"},{"service":"shop","message":"another"}]""");
        Assert.Equal((HttpStatusCode.OK, 0, 2), (refused.Status, refused.Json.GetProperty("accepted").GetInt32(), refused.Json.GetProperty("rejected").GetInt32()));
        Assert.Equal(1, await host.Database.EventsInLogAsync(tenant));
    }

    [Fact]
    public async Task Streams_beyond_a_tiers_are_refused_by_name()
    {
        var tenant = await host.AddTenantAsync();
        await host.Database.ScalarAsync<object>($"UPDATE tenants SET tier = 1 WHERE id = {tenant.Id} RETURNING 1");
        var events = string.Join(",", Enumerable.Range(0, 101).Select(i => $$"""{"service":"s{{i}}","message":"hello"}"""));
        var answer = (await host.Api.SendAsync(tenant.Ingest, HttpMethod.Post, "api/v1/events", $"[{events}]")).Json;
        Assert.Equal((100, 1), (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("rejected").GetInt32()));
    }

    [Fact]
    public async Task An_operator_rotates_the_key_that_signs()
    {
        var key = await host.Database.AddOperatorAsync();
        var rotated = (await host.Api.SendAsync(key, HttpMethod.Post, "api/v1/admin/signing-keys/rotate")).Json;
        var keys = (await host.Api.GetAsync(null, "api/v1/evidence/keys")).Json.GetProperty("keys");
        Assert.Contains(keys.EnumerateArray(), published => Text(published, "keyId") == Text(rotated, "keyId"));
        Assert.Equal(1, keys.EnumerateArray().Count(published => published.GetProperty("retiredAt").ValueKind == JsonValueKind.Null));
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}

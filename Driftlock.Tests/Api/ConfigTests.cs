using System.Net;
using System.Text.Json;

namespace Driftlock.Tests.Api;

[Collection(SharedApi.Name)]
public sealed class ConfigTests(ApiHost host)
{
    private const string Config = "api/v1/config";

    [Fact]
    public async Task A_tenant_begins_with_what_the_deployment_has()
    {
        var tenant = await host.AddTenantAsync();
        var config = (await host.Api.GetAsync(tenant.Read, Config)).Json;
        Assert.Equal((0, 0.05, 50, 1.0, "low", 0), (
            config.GetProperty("version").GetInt64(), config.GetProperty("falseDiscoveryRate").GetDouble(), config.GetProperty("windowEvents").GetInt32(),
            config.GetProperty("maxPValue").GetDouble(), config.GetProperty("minSeverity").GetString(), config.GetProperty("autoAcknowledgeDays").GetInt32()));
        Assert.Empty((await host.Api.GetAsync(tenant.Read, $"{Config}/history")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_change_keeps_the_rest_is_versioned_audited_and_written_to_every_partition()
    {
        var tenant = await host.AddTenantAsync();
        var first = (await PatchAsync(tenant, """{"falseDiscoveryRate":0.2,"timeZone":"Europe/Berlin","note":"noisy"}""")).Json;
        var second = (await PatchAsync(tenant, """{"minSeverity":"high","maxPValue":0.001,"autoAcknowledgeDays":14}""")).Json;
        Assert.Equal((1, 2), (first.GetProperty("version").GetInt64(), second.GetProperty("version").GetInt64()));
        Assert.Equal((0.2, "Europe/Berlin", "high", 0.001, 14), (
            second.GetProperty("falseDiscoveryRate").GetDouble(), second.GetProperty("timeZone").GetString(), second.GetProperty("minSeverity").GetString(),
            second.GetProperty("maxPValue").GetDouble(), second.GetProperty("autoAcknowledgeDays").GetInt32()));
        var history = (await host.Api.GetAsync(tenant.Read, $"{Config}/history?limit=1")).Json;
        Assert.Equal((2L, "1 more"), (history.GetProperty("items")[0].GetProperty("version").GetInt64(), history.GetProperty("nextCursor").ValueKind == JsonValueKind.Null ? "none" : "1 more"));
        var older = (await host.Api.GetAsync(tenant.Read, $"{Config}/history?cursor={history.GetProperty("nextCursor").GetString()}")).Json.GetProperty("items")[0];
        Assert.Equal(("noisy", $"{tenant.Name} Admin"), (older.GetProperty("note").GetString(), older.GetProperty("changedBy").GetString()));
        Assert.Equal(2L * 2, await host.Database.ScalarAsync<long>($"SELECT count(*) FROM log_entries WHERE kind = 4 AND tenant_id = {tenant.Id}"));
        var audited = (await host.Api.GetAsync(tenant.Admin, "api/v1/admin/audit-log?action=config.change")).Json.GetProperty("items");
        Assert.Equal((0.05, 0.2), (audited[1].GetProperty("before").GetProperty("falseDiscoveryRate").GetDouble(), audited[1].GetProperty("after").GetProperty("falseDiscoveryRate").GetDouble()));
    }

    [Fact]
    public async Task A_change_is_applied_without_a_restart()
    {
        var tenant = await host.AddTenantAsync();
        await host.StartDetectorAsync();
        Assert.Equal(HttpStatusCode.OK, (await PatchAsync(tenant, """{"falseDiscoveryRate":0.1}""")).Status);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await host.Database.JudgedAsync(patience.Token);
        Assert.True((await host.Api.GetAsync(tenant.Read, Config)).Json.GetProperty("applied").GetBoolean());
    }

    [Fact]
    public async Task What_changes_nothing_makes_no_version()
    {
        var tenant = await host.AddTenantAsync();
        Assert.Equal(0, (await PatchAsync(tenant, """{"falseDiscoveryRate":0.05}""")).Json.GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task A_change_on_top_of_what_was_not_seen_is_refused()
    {
        var tenant = await host.AddTenantAsync();
        await PatchAsync(tenant, """{"falseDiscoveryRate":0.2,"version":0}""");
        (await PatchAsync(tenant, """{"falseDiscoveryRate":0.3,"version":0}""")).IsProblem(HttpStatusCode.Conflict, "changed_meanwhile");
    }

    [Fact]
    public async Task Changes_at_once_are_all_kept()
    {
        var tenant = await host.AddTenantAsync();
        string[] bodies = ["""{"falseDiscoveryRate":0.2}""", """{"windowEvents":100}""", """{"sessionKey":"order.id"}""", """{"minSeverity":"high"}""", """{"maxPValue":0.01}"""];
        await Task.WhenAll(bodies.Select(body => PatchAsync(tenant, body)));
        var config = (await host.Api.GetAsync(tenant.Read, Config)).Json;
        Assert.Equal((5, 0.2, 100, "order.id", "high", 0.01), (
            config.GetProperty("version").GetInt64(), config.GetProperty("falseDiscoveryRate").GetDouble(), config.GetProperty("windowEvents").GetInt32(),
            config.GetProperty("sessionKey").GetString(), config.GetProperty("minSeverity").GetString(), config.GetProperty("maxPValue").GetDouble()));
    }

    [Theory]
    [InlineData("falseDiscoveryRate", """{"falseDiscoveryRate":0}""")]
    [InlineData("windowEvents", """{"windowEvents":51}""")]
    [InlineData("baselineEvents", """{"baselineEvents":10}""")]
    [InlineData("idleWindowMilliseconds", """{"idleWindowMilliseconds":0}""")]
    [InlineData("timeZone", """{"timeZone":"Mars/Olympus"}""")]
    [InlineData("maxPValue", """{"maxPValue":0}""")]
    [InlineData("minSeverity", """{"minSeverity":"bad"}""")]
    [InlineData("autoAcknowledgeDays", """{"autoAcknowledgeDays":-1}""")]
    [InlineData("note", """{"note":"a\u0000b"}""")]
    public async Task A_value_out_of_range_is_refused_by_its_name_and_changes_nothing(string field, string body)
    {
        var tenant = await host.AddTenantAsync();
        (await PatchAsync(tenant, body)).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names(field);
        Assert.Equal(0, (await host.Api.GetAsync(tenant.Read, Config)).Json.GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task A_stream_has_a_profile_that_is_set_and_taken_away()
    {
        var tenant = await host.AddTenantAsync();
        var stream = (await host.Database.AddStreamAsync(tenant, "shop", Random.Shared.NextInt64())).Id.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
        var address = $"api/v1/streams/{stream}/profile";
        Assert.Equal("balanced", Text((await host.Api.GetAsync(tenant.Read, address)).Json, "profile"));
        foreach (var (body, profile) in ((string, string)[])[("""{"profile":"strict"}""", "strict"), ("""{"profile":"muted"}""", "muted"), ("""{"maxPValue":0.5}""", "custom")])
        {
            Assert.Equal(profile, Text((await host.Api.SendAsync(tenant.Admin, HttpMethod.Put, address, body)).Json, "profile"));
        }
        var custom = (await host.Api.GetAsync(tenant.Read, address)).Json;
        Assert.Equal((0.5, 0.5), (custom.GetProperty("maxPValue").GetDouble(), custom.GetProperty("effective").GetProperty("maxPValue").GetDouble()));
        Assert.Equal(stream, Text((await host.Api.GetAsync(tenant.Read, "api/v1/config/streams")).Json.GetProperty("items")[0], "streamId"));
        await host.Api.SendAsync(tenant.Admin, HttpMethod.Put, address, """{"profile":"balanced"}""");
        Assert.Empty((await host.Api.GetAsync(tenant.Read, "api/v1/config/streams")).Json.GetProperty("items").EnumerateArray());
        (await host.Api.SendAsync(tenant.Admin, HttpMethod.Put, address, """{"profile":"loud"}""")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("profile");
        (await host.Api.SendAsync(tenant.Admin, HttpMethod.Put, address, """{"windowEvents":7}""")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("windowEvents");
    }

    [Fact]
    public async Task A_maintenance_window_is_made_listed_and_taken_away()
    {
        var tenant = await host.AddTenantAsync();
        const string address = "api/v1/admin/maintenance-windows";
        var made = await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, address, """{"service":"shop","from":"2999-01-01T00:00:00Z","to":"2999-01-01T02:00:00Z","reason":"migration"}""");
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var listed = Assert.Single((await host.Api.GetAsync(tenant.Admin, address)).Json.GetProperty("items").EnumerateArray());
        Assert.Equal(made.Json.GetRawText(), listed.GetRawText());
        (await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, address, """{"from":"2999-01-01T00:00:00Z","to":"2999-01-01T00:00:00Z"}""")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("to");
        Assert.Equal(HttpStatusCode.NoContent, (await host.Api.SendAsync(tenant.Admin, HttpMethod.Delete, $"{address}/{Text(listed, "id")}")).Status);
        (await host.Api.SendAsync(tenant.Admin, HttpMethod.Delete, $"{address}/{Text(listed, "id")}")).IsProblem(HttpStatusCode.NotFound, "not_found");
    }

    private Task<ApiAnswer> PatchAsync(TestTenant tenant, string body) => host.Api.SendAsync(tenant.Admin, HttpMethod.Patch, Config, body);

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}

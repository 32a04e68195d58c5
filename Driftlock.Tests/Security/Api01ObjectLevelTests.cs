using System.Net;
using Driftlock.Cbad;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Security;

/// <summary>OWASP API1: whatever the service lists, one tenant finds its own there and nothing of another.</summary>
[Collection(SharedApi.Name)]
public sealed class Api01ObjectLevelTests(ApiHost host)
{
    /// <summary>These answer without a word of a tenant's own.</summary>
    private static readonly string[] OfNobody = ["GET /version", "GET /health", "GET /alive", "GET /openapi/v1.json", "GET /api/v1/evidence/keys"];

    private const string Timeline = "GET /api/v1/analytics/compression-timeline";

    [Fact]
    public async Task Every_GET_shows_a_tenant_its_own_and_nothing_of_another()
    {
        var (alpha, beta) = (await OwnAsync("alpha"), await OwnAsync("beta"));
        var gets = (await OpenApiDocument.OperationsAsync(host.Api)).Where(operation => operation.StartsWith("GET ", StringComparison.Ordinal)).Except(OfNobody).ToList();
        Assert.True(gets.Count >= 9, string.Join(", ", gets));
        foreach (var operation in gets)
        {
            if (operation == "GET /api/v1/stream/anomalies")
            {
                await ExpectLiveAsync(alpha);
                continue;
            }
            var own = await GetAsync(alpha, operation, alpha);
            if (operation is "GET /api/v1/admin/tenants" or "GET /api/v1/admin/performance")
            {
                own.IsProblem(HttpStatusCode.Forbidden, "forbidden");
                continue;
            }
            Assert.True(own.Status == HttpStatusCode.OK, $"{operation} of its own: {(int)own.Status} {own.Body}");
            if (operation == "GET /api/v1/analytics/summary")
            {
                Assert.Equal((1, 1), (own.Json.GetProperty("anomalies").GetProperty("total").GetInt32(), own.Json.GetProperty("streams").GetProperty("total").GetInt32()));
            }
            else if (operation == "GET /api/v1/admin/audit-log/check") Assert.Equal(own.Json.GetProperty("entries").GetInt64(), await host.Database.ScalarAsync<long>($"SELECT count(*) FROM audit_log WHERE tenant_id = {alpha.Tenant.Id}"));
            else if (operation == "GET /api/v1/analytics/detection") Assert.Equal(1, own.Json.GetProperty("anomalies").GetInt32());
            else Assert.True(alpha.Marks.Any(mark => own.Body.Contains(mark, StringComparison.Ordinal)), $"{operation}: {own.Body}");
            Assert.All(beta.Marks, mark => Assert.DoesNotContain(mark, own.Body, StringComparison.Ordinal));

            var stranger = await GetAsync(beta, operation, alpha);
            Assert.DoesNotContain(alpha.Tenant.Name, stranger.Body, StringComparison.Ordinal);
            if (operation.Contains('{', StringComparison.Ordinal) || operation == Timeline) stranger.IsProblem(HttpStatusCode.NotFound, "not_found");
        }
    }

    [Fact]
    public async Task Filters_that_name_another_tenants_things_find_nothing()
    {
        var (alpha, beta) = (await OwnAsync("alpha"), await OwnAsync("beta"));
        foreach (var filter in (string[])[$"service={alpha.Tenant.Name}", $"stream={alpha.Stream}", $"text={alpha.Tenant.Name}", "service=' OR tenant_id = 1 --"])
        {
            Assert.Empty((await host.Api.GetAsync(beta.Tenant.Read, "api/v1/anomalies?" + filter)).Ids);
        }
        Assert.Empty((await host.Api.GetAsync(beta.Tenant.Read, $"api/v1/streams?service={alpha.Tenant.Name}")).Ids);
    }

    [Fact]
    public async Task Every_write_that_names_another_tenants_thing_finds_nothing_and_changes_nothing()
    {
        var (alpha, beta) = (await OwnAsync("alpha"), await OwnAsync("beta"));
        var before = await StateAsync(alpha.Tenant);
        var wrong = new List<string>();
        foreach (var (operation, example) in await OpenApiDocument.WritesAsync(host.Api))
        {
            if (!operation.Contains('{', StringComparison.Ordinal)) continue;
            var (method, path) = (operation.Split(' ')[0], operation.Split(' ')[1]);
            var address = path.TrimStart('/').Replace("{id}", await IdOfAsync(operation, alpha), StringComparison.Ordinal);
            var answer = await host.Api.SendAsync(beta.Tenant.Admin, new HttpMethod(method), address, example);
            var expected = path.StartsWith("/api/v1/admin/tenants", StringComparison.Ordinal) ? HttpStatusCode.Forbidden : HttpStatusCode.NotFound;
            if (answer.Status != expected) wrong.Add($"{operation}: {(int)answer.Status} {answer.Body}");
        }
        Assert.Empty(wrong);
        Assert.Equal(before, await StateAsync(alpha.Tenant));
    }

    /// <summary>All rows of the tenant that anybody can change.</summary>
    private async Task<string> StateAsync(TestTenant tenant)
    {
        var state = "";
        foreach (var table in (string[])["api_keys", "users", "anomalies", "anomaly_feedback", "incidents", "exports", "alert_channels", "tenant_settings", "audit_log"])
        {
            state += await host.Database.ScalarAsync<string>($"SELECT '{table} ' || coalesce(md5(string_agg((to_jsonb(t) - 'last_used_at')::text, '' ORDER BY t::text)), '') FROM {table} t WHERE tenant_id = {tenant.Id}");
        }
        return state;
    }

    private async Task<string> IdOfAsync(string operation, Owned owner) => operation.Split('/') switch
    {
        [.., "api-keys", _] or [.., "api-keys", _, _] => (await host.Api.GetAsync(owner.Tenant.Admin, "api/v1/admin/api-keys")).Ids[0],
        [.., "users", _] or [.., "users", _, _] => (await host.Api.GetAsync(owner.Tenant.Admin, "api/v1/admin/users")).Ids[0],
        [.., "maintenance-windows", _] => (await host.Api.GetAsync(owner.Tenant.Admin, "api/v1/admin/maintenance-windows")).Ids[0],
        [.., "tenants", _] => $"{owner.Tenant.Id}",
        [_, .., "streams", _, _] or [.., "streams", _, _, _] => owner.Stream,
        [.., "incidents", _, _] => owner.Incident,
        [.., "exports", _] => owner.Export,
        [.., "alert-channels", _] or [.., "alert-channels", _, _] => owner.Channel,
        _ => owner.Anomaly,
    };

    private async Task ExpectLiveAsync(Owned owner)
    {
        await using var live = await LiveReader.OpenAsync(host.Api, owner.Tenant.Read, "0");
        var first = await live.NextAsync("anomaly");
        Assert.Contains($"\"{owner.Anomaly}\"", first.Data, StringComparison.Ordinal);
    }

    private Task<ApiAnswer> GetAsync(Owned caller, string operation, Owned owner)
    {
        var id = operation.Split('/') switch
        {
            [.., "streams", _] or [.., "streams", _, _] or [.., "streams", _, _, _] => owner.Stream,
            [.., "incidents", _] => owner.Incident,
            [.., "exports", _] or [.., "exports", _, _] => owner.Export,
            [.., "alert-channels", _, _] => owner.Channel,
            _ => owner.Anomaly,
        };
        var query = operation == Timeline ? $"?stream={owner.Stream}" : operation.EndsWith("/detection", StringComparison.Ordinal) ? "?from=2026-01-01&to=2026-12-31" : "";
        return host.Api.GetAsync(caller.Tenant.Admin, operation["GET /".Length..].Replace("{id}", id, StringComparison.Ordinal) + query);
    }

    private async Task<Owned> OwnAsync(string name)
    {
        var tenant = await host.AddTenantAsync(name);
        var stream = await host.Database.AddStreamAsync(tenant, tenant.Name, Random.Shared.NextInt64());
        var found = ApiDatabase.Evidence.Value;
        var evidence = EvidenceJson.Write(found with { Stream = found.Stream with { Service = tenant.Name }, Explanation = found.Explanation with { Why = tenant.Name } });
        var anomaly = await host.Database.AddAnomalyAsync(tenant, a =>
        {
            (a.Service, a.Why, a.StreamId) = (tenant.Name, tenant.Name, stream.Id);
            a.Evidence = Driftlock.Storage.EventLog.EventPayload.Compress(evidence);
        });
        await host.Database.LinkAsync(tenant, anomaly);
        var incident = await host.Database.AddIncidentAsync(tenant, tenant.Name, anomaly);
        var text = stream.Id.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
        await host.Database.AddMinuteAsync(tenant, stream, DateTimeOffset.UtcNow);
        foreach (var (method, address, body) in ((HttpMethod, string, string)[])[
            (HttpMethod.Patch, "config", $$"""{"sessionKey":"{{tenant.Name}}","note":"{{tenant.Name}}"}"""),
            (HttpMethod.Put, $"streams/{text}/profile", """{"profile":"muted"}"""),
            (HttpMethod.Post, $"anomalies/{anomaly.Id}/feedback", $$"""{"kind":"confirmed","reason":"{{tenant.Name}}"}"""),
            (HttpMethod.Post, "admin/maintenance-windows", $$"""{"from":"2026-01-01T00:00:00Z","to":"2999-01-01T01:00:00Z","reason":"{{tenant.Name}}"}""")])
        {
            Assert.True((await host.Api.SendAsync(tenant.Admin, method, "api/v1/" + address, body)).Response.IsSuccessStatusCode);
        }
        await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/users", $$"""{"email":"{{tenant.Name}}@example.org","role":"viewer"}""");
        var channel = (await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/alert-channels", $$"""{"name":"{{tenant.Name}}","kind":"webhook","target":"https://example.org"}"""))
            .Json.GetProperty("channel").GetProperty("id").GetString()!;
        await host.Database.ScalarAsync<int>(
            $"""
            INSERT INTO alert_deliveries (id, tenant_id, channel_id, subject, anomaly_id, created_at, delivered_at, attempts)
            VALUES (gen_random_uuid(), {tenant.Id}, '{channel}', '{incident}', '{anomaly.Id}', now(), now(), 1) RETURNING 1
            """);
        return new Owned(tenant, text, anomaly.Id, incident, await ExportAsync(tenant), channel);
    }

    private async Task<string> ExportAsync(TestTenant tenant)
    {
        var id = (await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/exports", "{}")).Json.GetProperty("id").GetString()!;
        while ((await host.Api.GetAsync(tenant.Admin, $"api/v1/exports/{id}")).Json.GetProperty("status").GetString() != "done") await Task.Delay(50, TestContext.Current.CancellationToken);
        return id;
    }

    private sealed record Owned(TestTenant Tenant, string Stream, string Anomaly, string Incident, string Export, string Channel)
    {
        public string[] Marks => [Tenant.Name, Stream, Anomaly];
    }
}

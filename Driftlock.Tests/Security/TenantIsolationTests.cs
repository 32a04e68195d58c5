using System.Net;
using Driftlock.Cbad;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Security;

/// <summary>OWASP API1: whatever the service lists, one tenant finds its own there and nothing of another.</summary>
[Collection(SharedApi.Name)]
public sealed class TenantIsolationTests(ApiHost host)
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
            if (operation == "GET /api/v1/admin/tenants")
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
    public async Task Nobody_changes_what_is_another_tenants()
    {
        var (alpha, beta) = (await OwnAsync("alpha"), await OwnAsync("beta"));
        (await host.Api.SendAsync(beta.Tenant.Admin, HttpMethod.Patch, $"api/v1/anomalies/{alpha.Anomaly}/status", """{"status":"dismissed"}"""))
            .IsProblem(HttpStatusCode.NotFound, "not_found");
        Assert.Equal("open", (await host.Api.GetAsync(alpha.Tenant.Read, $"api/v1/anomalies/{alpha.Anomaly}")).Json.GetProperty("status").GetString());
        var keys = (await host.Api.GetAsync(alpha.Tenant.Admin, "api/v1/admin/api-keys")).Ids;
        foreach (var key in keys)
        {
            (await host.Api.SendAsync(beta.Tenant.Admin, HttpMethod.Delete, $"api/v1/admin/api-keys/{key}")).IsProblem(HttpStatusCode.NotFound, "not_found");
        }
        Assert.Equal(HttpStatusCode.OK, (await host.Api.GetAsync(alpha.Tenant.Ingest, "api/v1/me")).Status);
    }

    private async Task ExpectLiveAsync(Owned owner)
    {
        await using var live = await LiveReader.OpenAsync(host.Api, owner.Tenant.Read, "0");
        var first = await live.NextAsync("anomaly");
        Assert.Contains($"\"{owner.Anomaly}\"", first.Data, StringComparison.Ordinal);
    }

    private Task<ApiAnswer> GetAsync(Owned caller, string operation, Owned owner)
    {
        var id = operation.Contains("/streams/", StringComparison.Ordinal) ? owner.Stream : operation.Contains("/incidents/", StringComparison.Ordinal) ? owner.Incident : owner.Anomaly;
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
        return new Owned(tenant, text, anomaly.Id, incident);
    }

    private sealed record Owned(TestTenant Tenant, string Stream, string Anomaly, string Incident)
    {
        public string[] Marks => [Tenant.Name, Stream, Anomaly];
    }
}

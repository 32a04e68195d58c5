using System.Net;
using System.Text.Json;

namespace Driftlock.Tests.Api;

[Collection(SharedApi.Name)]
public sealed class IncidentTests(ApiHost host)
{
    private const string Incidents = "api/v1/incidents";

    [Fact]
    public async Task An_incident_shows_its_anomalies_and_what_was_done_in_order()
    {
        var tenant = await host.AddTenantAsync();
        var (first, second) = (await host.Database.AddAnomalyAsync(tenant), await host.Database.AddAnomalyAsync(tenant));
        var id = await host.Database.AddIncidentAsync(tenant, "shop", first, second);
        await host.Api.SendAsync(tenant.Analyst, HttpMethod.Patch, $"api/v1/anomalies/{first.Id}/status", """{"status":"acknowledged"}""");
        var detail = (await host.Api.GetAsync(tenant.Read, $"{Incidents}/{id}")).Json;
        Assert.Equal([first.Id, second.Id], detail.GetProperty("anomalies").EnumerateArray().Select(anomaly => Text(anomaly, "id")));
        Assert.Equal(["anomaly", "anomaly", "change"], detail.GetProperty("timeline").EnumerateArray().Select(step => Text(step, "kind")));
        Assert.Equal(($"{tenant.Name} Analyst", $"anomaly {first.Id} acknowledged"), (Text(detail.GetProperty("timeline")[2], "by"), Text(detail.GetProperty("timeline")[2], "text")));
    }

    [Fact]
    public async Task Its_status_changes_as_allowed_and_its_anomalies_follow_where_asked()
    {
        var tenant = await host.AddTenantAsync();
        var (open, dismissed) = (await host.Database.AddAnomalyAsync(tenant), await host.Database.AddAnomalyAsync(tenant, anomaly => anomaly.Status = Driftlock.Storage.Model.AnomalyStatus.Dismissed));
        var id = await host.Database.AddIncidentAsync(tenant, "shop", open, dismissed);
        (await ChangeAsync(tenant.Read, id, """{"status":"resolved"}""")).IsProblem(HttpStatusCode.Forbidden, "forbidden");
        var resolved = (await ChangeAsync(tenant.Analyst, id, """{"status":"resolved","withAnomalies":true}""")).Json;
        Assert.Equal(["resolved", "dismissed"], resolved.GetProperty("anomalies").EnumerateArray().Select(anomaly => Text(anomaly, "status")));
        Assert.Equal(("resolved", $"{tenant.Name} Analyst"), (Text(resolved.GetProperty("incident"), "status"), Text(resolved.GetProperty("incident"), "statusChangedBy")));
        (await ChangeAsync(tenant.Analyst, id, """{"status":"acknowledged"}""")).IsProblem(HttpStatusCode.Conflict, "invalid_transition");
        Assert.Equal(HttpStatusCode.OK, (await ChangeAsync(tenant.Analyst, id, """{"status":"open"}""")).Status);
        (await ChangeAsync(tenant.Analyst, id, "{}")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("status");
        (await ChangeAsync(tenant.Analyst, "i-0-0-0", """{"status":"open"}""")).IsProblem(HttpStatusCode.NotFound, "not_found");
        Assert.Equal(3, (await host.Api.GetAsync(tenant.Admin, "api/v1/admin/audit-log")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Opened_again_it_takes_those_along_that_went_with_it_and_leaves_what_was_decided_on_its_own()
    {
        var tenant = await host.AddTenantAsync();
        var (own, follower) = (await host.Database.AddAnomalyAsync(tenant), await host.Database.AddAnomalyAsync(tenant));
        var id = await host.Database.AddIncidentAsync(tenant, "shop", own, follower);
        await host.Api.SendAsync(tenant.Analyst, HttpMethod.Patch, $"api/v1/anomalies/{own.Id}/status", """{"status":"acknowledged"}""");
        var followed = (await ChangeAsync(tenant.Analyst, id, """{"status":"acknowledged","withAnomalies":true}""")).Json;
        Assert.Equal(["acknowledged", "acknowledged"], followed.GetProperty("anomalies").EnumerateArray().Select(anomaly => Text(anomaly, "status")));
        var opened = (await ChangeAsync(tenant.Analyst, id, """{"status":"open","withAnomalies":true}""")).Json;
        Assert.Equal(["acknowledged", "open"], opened.GetProperty("anomalies").EnumerateArray().Select(anomaly => Text(anomaly, "status")));
    }

    [Fact]
    public async Task Filters_and_pages_hold()
    {
        var tenant = await host.AddTenantAsync();
        var ids = new List<string>();
        foreach (var service in (string[])["shop", "cart", "shop"]) ids.Add(await host.Database.AddIncidentAsync(tenant, service, await host.Database.AddAnomalyAsync(tenant)));
        await ChangeAsync(tenant.Analyst, ids[0], """{"status":"resolved"}""");
        Assert.Equal([ids[2], ids[0]], (await host.Api.GetAsync(tenant.Read, $"{Incidents}?service=shop")).Ids);
        Assert.Equal([ids[2], ids[1]], (await host.Api.GetAsync(tenant.Read, $"{Incidents}?status=open")).Ids);
        Assert.Empty((await host.Api.GetAsync(tenant.Read, $"{Incidents}?severity=high")).Ids);
        Assert.Equal([ids[1]], (await host.Api.GetAsync(tenant.Read, $"{Incidents}?ids={ids[1]},i-0-0-0")).Ids);
        var page = await host.Api.GetAsync(tenant.Read, $"{Incidents}?limit=2");
        Assert.Equal([ids[0]], (await host.Api.GetAsync(tenant.Read, $"{Incidents}?cursor={Text(page.Json, "nextCursor")}")).Ids);
        foreach (var (name, value) in ((string, string)[])[("status", "closed"), ("severity", "bad"), ("limit", "0"), ("cursor", "x"), ("service", "%00"), ("ids", "a,,b")])
        {
            (await host.Api.GetAsync(tenant.Read, $"{Incidents}?{name}={value}")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names(name);
        }
    }

    [Fact]
    public async Task Feedback_is_kept_and_counted()
    {
        var tenant = await host.AddTenantAsync();
        var (right, wrong) = (await host.Database.AddAnomalyAsync(tenant), await host.Database.AddAnomalyAsync(tenant));
        Assert.Equal(HttpStatusCode.Created, (await FeedbackAsync(tenant, right.Id, """{"kind":"confirmed","reason":"the disk was full"}""")).Status);
        await FeedbackAsync(tenant, wrong.Id, """{"kind":"confirmed"}""");
        await FeedbackAsync(tenant, wrong.Id, """{"kind":"falsePositive"}""");
        var said = (await host.Api.GetAsync(tenant.Read, $"api/v1/anomalies/{wrong.Id}/feedback")).Json.GetProperty("items");
        Assert.Equal(["falsePositive", "confirmed"], said.EnumerateArray().Select(item => Text(item, "kind")));
        var performance = (await host.Api.GetAsync(tenant.Read, "api/v1/analytics/detection?from=2026-01-01&to=2026-12-31")).Json;
        Assert.Equal((2, 1, 1, 0.5), (
            performance.GetProperty("anomalies").GetInt64(), performance.GetProperty("feedback").GetProperty("confirmed").GetInt64(),
            performance.GetProperty("feedback").GetProperty("falsePositives").GetInt64(), performance.GetProperty("feedback").GetProperty("falseDiscoveryProportion").GetDouble()));
        (await FeedbackAsync(tenant, right.Id, """{"reason":"x"}""")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("kind");
        (await FeedbackAsync(tenant, "0-0-0", """{"kind":"confirmed"}""")).IsProblem(HttpStatusCode.NotFound, "not_found");
    }

    private Task<ApiAnswer> FeedbackAsync(TestTenant tenant, string id, string body) => host.Api.SendAsync(tenant.Analyst, HttpMethod.Post, $"api/v1/anomalies/{id}/feedback", body);

    private Task<ApiAnswer> ChangeAsync(string key, string id, string body) => host.Api.SendAsync(key, HttpMethod.Patch, $"{Incidents}/{id}/status", body);

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}

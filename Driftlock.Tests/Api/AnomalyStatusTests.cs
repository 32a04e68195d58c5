using System.Net;
using Driftlock.Cbad;
using Driftlock.Storage.Model;

namespace Driftlock.Tests.Api;

[Collection(SharedApi.Name)]
public sealed class AnomalyStatusTests(ApiHost host)
{
    /// <summary>open -> acknowledged -> resolved; open or acknowledged -> dismissed; any of them back to open.</summary>
    private static readonly HashSet<(AnomalyStatus From, AnomalyStatus To)> Allowed =
    [
        (AnomalyStatus.Open, AnomalyStatus.Acknowledged), (AnomalyStatus.Acknowledged, AnomalyStatus.Resolved),
        (AnomalyStatus.Open, AnomalyStatus.Dismissed), (AnomalyStatus.Acknowledged, AnomalyStatus.Dismissed),
        (AnomalyStatus.Acknowledged, AnomalyStatus.Open), (AnomalyStatus.Resolved, AnomalyStatus.Open), (AnomalyStatus.Dismissed, AnomalyStatus.Open),
    ];

    [Fact]
    public async Task Every_transition_is_as_documented()
    {
        var tenant = await host.AddTenantAsync();
        var wrong = new List<string>();
        foreach (var from in Enum.GetValues<AnomalyStatus>())
        {
            foreach (var to in Enum.GetValues<AnomalyStatus>())
            {
                var anomaly = await host.Database.AddAnomalyAsync(tenant, a => a.Status = from);
                var answer = await ChangeAsync(tenant.Admin, anomaly.Id, $$"""{"status":"{{Name(to)}}","notes":"n"}""");
                if (Allowed.Contains((from, to)) != (answer.Status == HttpStatusCode.OK)) wrong.Add($"{from} -> {to}: {(int)answer.Status}");
                if (answer.Status != HttpStatusCode.OK) answer.IsProblem(HttpStatusCode.Conflict, "invalid_transition");
            }
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task The_answer_is_the_anomaly_as_it_is_then_with_who_and_when()
    {
        var tenant = await host.AddTenantAsync();
        var anomaly = await host.Database.AddAnomalyAsync(tenant);
        var changed = (await ChangeAsync(tenant.Admin, anomaly.Id, """{"status":"acknowledged","notes":"looking into it"}""")).Json;
        Assert.Equal("acknowledged", changed.GetProperty("status").GetString());
        Assert.Equal("looking into it", changed.GetProperty("notes").GetString());
        Assert.Equal($"{tenant.Name} Admin", changed.GetProperty("statusChangedBy").GetString());
        Assert.True(DateTimeOffset.UtcNow - changed.GetProperty("statusChangedAt").GetDateTimeOffset() < TimeSpan.FromMinutes(1));
        Assert.Equal(changed.GetRawText(), (await host.Api.GetAsync(tenant.Read, $"api/v1/anomalies/{anomaly.Id}")).Body);
        var kept = (await ChangeAsync(tenant.Admin, anomaly.Id, """{"status":"resolved"}""")).Json;
        Assert.Equal("looking into it", kept.GetProperty("notes").GetString());
    }

    [Fact]
    public async Task Of_two_who_change_it_at_once_one_is_told()
    {
        var tenant = await host.AddTenantAsync();
        var anomaly = await host.Database.AddAnomalyAsync(tenant);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ChangeAsync(tenant.Admin, anomaly.Id, """{"status":"dismissed"}""")));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(7, answers.Count(answer => answer.Status == HttpStatusCode.Conflict));
    }

    [Theory]
    [InlineData("""{"status":"closed"}""")]
    [InlineData("""{"status":2}""")]
    [InlineData("""{"status":null}""")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("")]
    [InlineData("""{"status":"acknowledged","notes":"\u0000"}""")]
    public async Task A_body_that_is_none_is_refused_and_changes_nothing(string body)
    {
        var tenant = await host.AddTenantAsync();
        var anomaly = await host.Database.AddAnomalyAsync(tenant);
        (await ChangeAsync(tenant.Admin, anomaly.Id, body)).IsProblem(HttpStatusCode.BadRequest, "invalid_argument");
        Assert.Equal("open", (await host.Api.GetAsync(tenant.Read, $"api/v1/anomalies/{anomaly.Id}")).Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_key_that_reads_may_not_change()
    {
        var tenant = await host.AddTenantAsync();
        var anomaly = await host.Database.AddAnomalyAsync(tenant);
        (await ChangeAsync(tenant.Read, anomaly.Id, """{"status":"acknowledged"}""")).IsProblem(HttpStatusCode.Forbidden, "forbidden");
    }

    [Theory]
    [InlineData("0-0-0")]
    [InlineData("nothing like an id")]
    [InlineData("..%2f..%2fetc")]
    public async Task An_unknown_id_is_not_found(string id)
    {
        var tenant = await host.AddTenantAsync();
        id = Uri.EscapeDataString(id);
        (await host.Api.GetAsync(tenant.Read, $"api/v1/anomalies/{id}")).IsProblem(HttpStatusCode.NotFound, "not_found");
        (await host.Api.GetAsync(tenant.Read, $"api/v1/anomalies/{id}/evidence")).IsProblem(HttpStatusCode.NotFound, "not_found");
        (await ChangeAsync(tenant.Admin, id, """{"status":"acknowledged"}""")).IsProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Evidence_is_an_attachment_with_the_content_hash_that_the_detail_names()
    {
        var tenant = await host.AddTenantAsync();
        var anomaly = await host.Database.AddAnomalyAsync(tenant);
        var detail = (await host.Api.GetAsync(tenant.Read, $"api/v1/anomalies/{anomaly.Id}")).Json;
        using var evidence = (await host.Api.GetAsync(tenant.Read, $"api/v1/anomalies/{anomaly.Id}/evidence")).Response;
        var bytes = await evidence.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(detail.GetProperty("evidenceHash").GetString(), EvidenceJson.Read(bytes).ContentHash);
        Assert.Equal("application/json", evidence.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", evidence.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Contains(anomaly.Id, evidence.Content.Headers.ContentDisposition!.FileName, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Related_are_others_of_the_service_within_an_hour_at_most_ten()
    {
        var tenant = await host.AddTenantAsync();
        var anomaly = await host.Database.AddAnomalyAsync(tenant);
        await host.Database.AddAnomalyAsync(tenant, a => a.Service = "other");
        await host.Database.AddAnomalyAsync(tenant, a => (a.FirstEventTime, a.LastEventTime) = (ApiDatabase.At(62), ApiDatabase.At(63)));
        await host.Database.AddAnomalyAsync(await host.AddTenantAsync());
        for (var i = 0; i < 11; i++) await host.Database.AddAnomalyAsync(tenant, a => a.FirstEventTime = ApiDatabase.At(-55));
        var related = (await host.Api.GetAsync(tenant.Read, $"api/v1/anomalies/{anomaly.Id}")).Json.GetProperty("related").EnumerateArray().ToList();
        Assert.Equal(10, related.Count);
        Assert.All(related, r => Assert.Equal(ApiDatabase.At(-55), r.GetProperty("firstEventTime").GetDateTimeOffset()));
    }

    private Task<ApiAnswer> ChangeAsync(string key, string id, string body) =>
        host.Api.SendAsync(key, HttpMethod.Patch, $"api/v1/anomalies/{id}/status", body);

    private static string Name(AnomalyStatus status) => status.ToString().ToLowerInvariant();
}

using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Exports;

[Collection(SecondApi.Name)]
public sealed class ExportTests(ApiHost host)
{
    private const string Exports = "api/v1/exports";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_filtered_export_holds_each_anomaly_once_and_none_that_came_later()
    {
        var tenant = await host.AddTenantAsync();
        var wanted = new List<string>();
        // More than one chunk.
        for (var i = 0; i < 450; i++)
        {
            var anomaly = await host.Database.AddAnomalyAsync(tenant, row => (row.Service, row.Score) = (i % 2 == 0 ? "shop" : "mail", i % 100));
            if (i % 2 == 0 && i % 100 >= 50) wanted.Add(anomaly.Id);
        }
        var id = await CreateAsync(tenant, """{"filter":{"service":"shop","minScore":50}}""");
        var done = await DoneAsync(tenant, id);
        await host.Database.AddAnomalyAsync(tenant, row => (row.Service, row.Score) = ("shop", 99));

        var lines = Lines(Encoding.UTF8.GetString(await DownloadAsync(tenant, id)));
        Assert.Equal(wanted, lines.Select(line => line.GetProperty("id").GetString()));
        Assert.Equal(wanted.Count, done.GetProperty("rows").GetInt32());
        Assert.All(lines, line => Assert.Equal("medium", line.GetProperty("severity").GetString()));
        Assert.False(lines[0].TryGetProperty("evidence", out _));
    }

    [Fact]
    public async Task A_download_that_was_cut_off_goes_on_where_it_stopped()
    {
        var tenant = await host.AddTenantAsync();
        for (var i = 0; i < 230; i++) await host.Database.AddAnomalyAsync(tenant);
        var id = await CreateAsync(tenant, "{}");
        var length = (await DoneAsync(tenant, id)).GetProperty("bytes").GetInt64();
        var whole = await DownloadAsync(tenant, id);
        Assert.Equal(length, whole.Length);

        var seed = Random.Shared.Next();
        var random = new Random(seed);
        using var client = host.Api.Client(tenant.Read);
        var (got, etag) = (new List<byte>(), default(EntityTagHeaderValue));
        while (got.Count < whole.Length)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{Exports}/{id}/file");
            request.Headers.Range = new RangeHeaderValue(got.Count, Math.Min(whole.Length - 1, got.Count + random.Next(1, whole.Length / 3)));
            if (etag is not null) request.Headers.IfRange = new RangeConditionHeaderValue(etag);
            using var response = await client.SendAsync(request, Cancellation);
            Assert.True(response.StatusCode == HttpStatusCode.PartialContent, $"seed {seed}: {response.StatusCode}");
            etag = response.Headers.ETag;
            got.AddRange(await response.Content.ReadAsByteArrayAsync(Cancellation));
        }
        Assert.True(whole.AsSpan().SequenceEqual(got.ToArray()), $"seed {seed}");
    }

    [Fact]
    public async Task Evidence_in_an_export_is_the_signed_bundle_that_the_anomaly_has()
    {
        var tenant = await host.AddTenantAsync();
        var anomaly = await host.Database.AddAnomalyAsync(tenant);
        await host.Database.LinkAsync(tenant, anomaly);
        var id = await CreateAsync(tenant, """{"format":"ndjson","evidence":true}""");
        await DoneAsync(tenant, id);
        var line = Assert.Single(Lines(Encoding.UTF8.GetString(await DownloadAsync(tenant, id))));
        var bundle = (await host.Api.GetAsync(tenant.Read, $"api/v1/anomalies/{anomaly.Id}/evidence")).Json;
        Assert.True(JsonElement.DeepEquals(bundle, line.GetProperty("evidence")));
    }

    [Fact]
    public async Task No_cell_of_a_table_is_a_formula_and_every_text_comes_back()
    {
        var tenant = await host.AddTenantAsync();
        string[] hostile = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "a \"quoted\", line\r\nand = another", "plain"];
        foreach (var text in hostile) await host.Database.AddAnomalyAsync(tenant, row => (row.Why, row.CostliestLine) = (text, "x" + text));
        var id = await CreateAsync(tenant, """{"format":"csv"}""");
        await DoneAsync(tenant, id);
        var csv = Encoding.UTF8.GetString(await DownloadAsync(tenant, id));
        using var reader = new CsvHelper.CsvReader(new StringReader(csv), System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(await reader.ReadAsync() && reader.ReadHeader());
        Assert.Equal(["id", "streamId", "signal", "service"], reader.HeaderRecord![..4]);
        var seen = new List<string>();
        while (await reader.ReadAsync())
        {
            Assert.All(reader.Parser.Record!, cell => Assert.DoesNotMatch("^[=+@\t-]", cell));
            var why = reader.GetField("why")!;
            seen.Add(why.StartsWith('\'') ? why[1..] : why);
            Assert.Equal("x" + seen[^1], reader.GetField("costliestLine"));
        }
        Assert.Equal(hostile, seen);
    }

    [Fact]
    public async Task An_export_that_an_Api_left_behind_is_gone_on_with_where_its_file_ends()
    {
        var tenant = await host.AddTenantAsync();
        for (var i = 0; i < 210; i++) await host.Database.AddAnomalyAsync(tenant);
        var id = await CreateAsync(tenant, "{}");
        await DoneAsync(tenant, id);
        var whole = await DownloadAsync(tenant, id);
        // As a crash between the two chunks leaves it: the second one's transaction never was.
        await host.Database.ScalarAsync<int>(
            $"""
            WITH gone AS (DELETE FROM export_chunks WHERE export_id = '{id}' AND ordinal = 1 RETURNING bytes)
            UPDATE exports SET status = 2, finished_at = NULL, leased_until = now() - interval '1 s', bytes = bytes - (SELECT bytes FROM gone), rows = 200,
              reached = (SELECT sequence FROM anomalies WHERE tenant_id = {tenant.Id} ORDER BY sequence OFFSET 199 LIMIT 1) WHERE id = '{id}' RETURNING 1
            """);
        Assert.Equal(210, (await DoneAsync(tenant, id)).GetProperty("rows").GetInt32());
        Assert.Equal(whole, await DownloadAsync(tenant, id));
    }

    [Fact]
    public async Task Rests_unread_in_the_store_and_goes_when_it_is_deleted()
    {
        var tenant = await host.AddTenantAsync();
        await host.Database.AddAnomalyAsync(tenant, row => row.Why = "a line that nobody who reads the disk should find");
        var id = await CreateAsync(tenant, "{}");
        await DoneAsync(tenant, id);
        var chunks = await host.Database.ScalarAsync<string>($"SELECT string_agg(encode(content, 'escape'), '') FROM export_chunks WHERE export_id = '{id}'");
        Assert.DoesNotContain("nobody who reads", chunks, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await host.Api.SendAsync(tenant.Analyst, HttpMethod.Delete, $"{Exports}/{id}")).Status);
        (await host.Api.GetAsync(tenant.Read, $"{Exports}/{id}/file")).IsProblem(HttpStatusCode.NotFound, "not_found");
        Assert.Equal(0, await host.Database.ScalarAsync<long>($"SELECT count(*) FROM export_chunks WHERE export_id = '{id}'"));
    }

    [Theory]
    [InlineData("""{"format":"pdf"}""", null)]
    [InlineData("""{"format":"csv","evidence":true}""", "evidence")]
    [InlineData("""{"filter":{"stream":"nonsense"}}""", "stream")]
    [InlineData("""{"filter":{"maxP":2}}""", "maxP")]
    [InlineData("""{"filter":{"minScore":"many"}}""", null)]
    public async Task A_bad_wish_is_refused_with_its_field(string body, string? field)
    {
        var tenant = await host.AddTenantAsync();
        var refused = (await host.Api.SendAsync(tenant.Analyst, HttpMethod.Post, Exports, body)).IsProblem(HttpStatusCode.BadRequest, "invalid_argument");
        if (field is not null) refused.Names(field);
    }

    [Fact]
    public async Task Three_at_once_are_enough()
    {
        var tenant = await host.AddTenantAsync();
        // Somebody else holds them, so that they stay unfinished.
        for (var i = 0; i < 3; i++)
        {
            var id = await CreateAsync(tenant, "{}");
            await DoneAsync(tenant, id);
            await host.Database.ScalarAsync<int>($"UPDATE exports SET status = 2, leased_until = now() + interval '1 hour' WHERE id = '{id}' RETURNING 1");
        }
        (await host.Api.SendAsync(tenant.Analyst, HttpMethod.Post, Exports, "{}")).IsProblem(HttpStatusCode.Conflict, "too_many_exports");
        var unfinished = (await host.Api.GetAsync(tenant.Read, Exports)).Ids[0];
        (await host.Api.GetAsync(tenant.Read, $"{Exports}/{unfinished}/file")).IsProblem(HttpStatusCode.Conflict, "export_not_done");
    }

    private async Task<string> CreateAsync(TestTenant tenant, string body)
    {
        var created = await host.Api.SendAsync(tenant.Analyst, HttpMethod.Post, Exports, body);
        Assert.True(created.Status == HttpStatusCode.Accepted, created.Body);
        return created.Json.GetProperty("id").GetString()!;
    }

    private async Task<JsonElement> DoneAsync(TestTenant tenant, string id)
    {
        while (true)
        {
            var export = (await host.Api.GetAsync(tenant.Read, $"{Exports}/{id}")).Json;
            Assert.NotEqual("failed", export.GetProperty("status").GetString());
            if (export.GetProperty("status").GetString() == "done") return export;
            await Task.Delay(50, Cancellation);
        }
    }

    private async Task<byte[]> DownloadAsync(TestTenant tenant, string id)
    {
        using var client = host.Api.Client(tenant.Read);
        return await client.GetByteArrayAsync(new Uri($"{Exports}/{id}/file", UriKind.Relative), Cancellation);
    }

    private static List<JsonElement> Lines(string ndjson) => [.. ndjson.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
}

using System.Net;
using Driftlock.Storage.Model;

namespace Driftlock.Tests.Api;

[Collection(SharedApi.Name)]
public sealed class AnomalyListTests(ApiHost host)
{
    private const string List = "api/v1/anomalies";

    [Fact]
    public async Task Pages_are_newest_first_without_gap_or_repeat_also_when_new_ones_arrive_between_them()
    {
        var tenant = await host.AddTenantAsync();
        var ids = new List<string>();
        for (var i = 0; i < 7; i++) ids.Insert(0, (await host.Database.AddAnomalyAsync(tenant)).Id);
        var (seen, cursor, pages) = (new List<string>(), "", 0);
        do
        {
            var page = await host.Api.GetAsync(tenant.Read, $"{List}?limit=3{(cursor.Length > 0 ? "&cursor=" + Uri.EscapeDataString(cursor) : "")}");
            seen.AddRange(page.Ids);
            cursor = page.Json.GetProperty("nextCursor").GetString();
            await host.Database.AddAnomalyAsync(tenant);
        }
        while (cursor is not null && ++pages < 10);
        Assert.Equal(ids, seen);
    }

    [Theory]
    [InlineData("score")]
    [InlineData("-score")]
    [InlineData("pValue")]
    [InlineData("-pValue")]
    [InlineData("excessBits")]
    [InlineData("-excessBits")]
    [InlineData("time")]
    [InlineData("-time")]
    [InlineData("detected")]
    public async Task Sorted_pages_have_no_gap_or_repeat_also_among_equal_values_and_when_new_ones_arrive(string sort)
    {
        var tenant = await host.AddTenantAsync();
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var rows = new List<Anomaly>();
        for (var i = 0; i < 12; i++) rows.Add(await AddAsync());
        var (seen, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = await host.Api.GetAsync(tenant.Read, $"{List}?limit=5&sort={sort}{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}");
            seen.AddRange(page.Ids);
            cursor = page.Json.GetProperty("nextCursor").GetString();
            await AddAsync();
        }
        while (cursor is not null && seen.Count < 100);
        Func<Anomaly, double> key = sort.TrimStart('-') switch
        {
            "score" => row => row.Score, "pValue" => row => row.PValue, "excessBits" => row => row.ExcessBits, "time" => row => row.FirstEventTime.UtcTicks, _ => row => row.Sequence,
        };
        var sign = sort.StartsWith('-') ? -1 : 1;
        var expected = rows.OrderBy(row => sign * key(row)).ThenByDescending(row => row.Sequence).Select(row => row.Id).ToList();
        // What came meanwhile may show or not; what was there shows once, in its order.
        Assert.True(expected.SequenceEqual(seen.Where(expected.Contains)), $"seed {seed}: {string.Join(' ', seen)} for {string.Join(' ', expected)}");
        Assert.Equal(seen.Count, seen.Distinct().Count());

        Task<Anomaly> AddAsync() => host.Database.AddAnomalyAsync(tenant, row =>
        {
            (row.Score, row.PValue, row.ExcessBits) = (random.Next(3) * 33.3, random.Next(1, 4) / 3000.0, random.Next(3) / 7.0);
            row.FirstEventTime = ApiDatabase.At(random.Next(3));
        });
    }

    [Theory]
    [InlineData("sort=nonsense", "sort")]
    [InlineData("sort=--score", "sort")]
    [InlineData("cursor=nonsense", "cursor")]
    public async Task An_order_or_cursor_that_is_none_is_refused(string query, string field)
    {
        var tenant = await host.AddTenantAsync();
        (await host.Api.GetAsync(tenant.Read, $"{List}?{query}")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names(field);
    }

    [Fact]
    public async Task A_cursor_of_another_order_is_refused()
    {
        var tenant = await host.AddTenantAsync();
        for (var i = 0; i < 2; i++) await host.Database.AddAnomalyAsync(tenant);
        var cursor = (await host.Api.GetAsync(tenant.Read, $"{List}?limit=1&sort=score")).Json.GetProperty("nextCursor").GetString();
        (await host.Api.GetAsync(tenant.Read, $"{List}?limit=1&sort=-score&cursor={cursor}")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("cursor");
    }

    [Theory]
    [InlineData("disk", true)]
    [InlineData("FULL disk", true)]
    [InlineData("isk /var/lo", true)]
    [InlineData("\"on /var\"", true)]
    [InlineData("\"/var on\"", false)]
    [InlineData("disk empty", false)]
    [InlineData("100%", true)]
    [InlineData("1_0", false)]
    [InlineData("\"", false)]
    public async Task Every_word_of_a_search_must_occur_in_the_explanation_or_the_line(string text, bool isFound)
    {
        var tenant = await host.AddTenantAsync();
        await host.Database.AddAnomalyAsync(tenant, row => (row.Why, row.CostliestLine) = ("a line nobody has seen", "disk is 100% full on /var/log"));
        Assert.Equal(isFound ? 1 : 0, (await host.Api.GetAsync(tenant.Read, $"{List}?text={Uri.EscapeDataString(text)}")).Ids.Length);
    }

    [Fact]
    public async Task Without_a_limit_a_page_has_fifty()
    {
        var tenant = await host.AddTenantAsync();
        for (var i = 0; i < 51; i++) await host.Database.AddAnomalyAsync(tenant);
        Assert.Equal(50, (await host.Api.GetAsync(tenant.Read, List)).Ids.Length);
        Assert.Equal(51, (await host.Api.GetAsync(tenant.Read, List + "?limit=200")).Ids.Length);
    }

    [Theory]
    [InlineData("stream=0000000000000abc")]
    [InlineData("service=billing")]
    [InlineData("signal=traces")]
    [InlineData("severity=critical")]
    [InlineData("status=acknowledged")]
    [InlineData("minScore=90.5")]
    [InlineData("maxP=1e-6")]
    [InlineData("from=2026-03-04T12:59:00Z")]
    [InlineData("from=2026-03-04T14:59:00%2B02:00")]
    [InlineData("text=NEEDLE")]
    [InlineData("text=100%25_sure")]
    [InlineData("service=billing&severity=critical&minScore=1&to=2026-03-05T00:00:00Z&text=needle&limit=1")]
    public async Task A_filter_leaves_what_it_asks_for(string filter)
    {
        var tenant = await host.AddTenantAsync();
        await host.Database.AddAnomalyAsync(tenant);
        var wanted = await host.Database.AddAnomalyAsync(tenant, anomaly =>
        {
            (anomaly.StreamId, anomaly.Service, anomaly.Signal, anomaly.Severity) = (0xabc, "billing", 3, Severity.Critical);
            (anomaly.Status, anomaly.Score, anomaly.PValue) = (AnomalyStatus.Acknowledged, 95, 1e-7);
            (anomaly.FirstEventTime, anomaly.LastEventTime) = (ApiDatabase.At(60), ApiDatabase.At(61));
            (anomaly.Why, anomaly.CostliestLine) = ("there is a Needle in it", @"100%_sure \o/");
        });
        await host.Database.AddAnomalyAsync(tenant, anomaly => anomaly.CostliestLine = "1000 are sure");
        Assert.Equal([wanted.Id], (await host.Api.GetAsync(tenant.Read, $"{List}?{filter}")).Ids);
    }

    [Fact]
    public async Task Ids_leave_those_that_are_there_and_the_tenants_own()
    {
        var (tenant, other) = (await host.AddTenantAsync(), await host.AddTenantAsync());
        var (wanted, foreign) = (await host.Database.AddAnomalyAsync(tenant), await host.Database.AddAnomalyAsync(other));
        await host.Database.AddAnomalyAsync(tenant);
        Assert.Equal([wanted.Id], (await host.Api.GetAsync(tenant.Read, $"{List}?ids={wanted.Id},{foreign.Id},9-9-9,{wanted.Id}")).Ids);
        var many = string.Join(',', Enumerable.Range(0, 201).Select(i => $"0-{i}-0"));
        (await host.Api.GetAsync(tenant.Read, $"{List}?ids={many}")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("ids");
    }

    [Fact]
    public async Task To_leaves_what_began_before()
    {
        var tenant = await host.AddTenantAsync();
        var early = await host.Database.AddAnomalyAsync(tenant);
        await host.Database.AddAnomalyAsync(tenant, anomaly => (anomaly.FirstEventTime, anomaly.LastEventTime) = (ApiDatabase.At(60), ApiDatabase.At(61)));
        Assert.Equal([early.Id], (await host.Api.GetAsync(tenant.Read, List + "?to=2026-03-04T12:30:00Z")).Ids);
    }

    [Theory]
    [InlineData("limit", "0")]
    [InlineData("limit", "201")]
    [InlineData("limit", "many")]
    [InlineData("stream", "xyz")]
    [InlineData("signal", "smoke")]
    [InlineData("signal", "1")]
    [InlineData("severity", "extreme")]
    [InlineData("severity", "1")]
    [InlineData("severity", "")]
    [InlineData("severity", "low,high")]
    [InlineData("status", "closed")]
    [InlineData("minScore", "high")]
    [InlineData("minScore", "NaN")]
    [InlineData("maxP", "2")]
    [InlineData("maxP", "-0.1")]
    [InlineData("from", "yesterday")]
    [InlineData("to", "2026-13-01")]
    [InlineData("cursor", "not a cursor")]
    [InlineData("text", "%00")]
    [InlineData("service", "%00")]
    [InlineData("ids", "")]
    [InlineData("ids", "0-1-0,%00")]
    public async Task A_bad_value_is_refused_by_its_name(string field, string value)
    {
        var tenant = await host.AddTenantAsync();
        (await host.Api.GetAsync(tenant.Read, $"{List}?{field}={value}")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names(field);
    }

    [Fact]
    public async Task A_text_longer_than_anybody_types_is_refused()
    {
        var tenant = await host.AddTenantAsync();
        (await host.Api.GetAsync(tenant.Read, $"{List}?text={new string('x', 201)}")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("text");
    }
}

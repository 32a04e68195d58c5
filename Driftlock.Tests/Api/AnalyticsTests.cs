using System.Globalization;
using System.Net;

namespace Driftlock.Tests.Api;

[Collection(SharedApi.Name)]
public sealed class AnalyticsTests(ApiHost host)
{
    private const string Timeline = "api/v1/analytics/compression-timeline";

    [Fact]
    public async Task A_timeline_has_a_point_a_minute_where_there_is_room_and_longer_stretches_where_there_is_not()
    {
        var tenant = await host.AddTenantAsync();
        var stream = await host.Database.AddStreamAsync(tenant, "shop", Random.Shared.NextInt64());
        for (var i = 0; i < 60; i++)
        {
            await host.Database.AddMinuteAsync(tenant, stream, ApiDatabase.At(i), minute => (minute.RatioSum, minute.RatioLargest, minute.SmallestPValue) = (i, i, 1.0 / (i + 1)));
        }
        var id = stream.Id.ToString("x16", CultureInfo.InvariantCulture);
        var all = (await host.Api.GetAsync(tenant.Read, $"{Timeline}?stream={id}&from=2026-03-04T12:00:00Z&to=2026-03-04T13:00:00Z")).Json;
        Assert.Equal((60, 60), (all.GetProperty("points").GetArrayLength(), all.GetProperty("stepSeconds").GetInt64()));
        var few = (await host.Api.GetAsync(tenant.Read, $"{Timeline}?stream={id}&from=2026-03-04T12:00:00Z&to=2026-03-04T13:00:00Z&points=6")).Json;
        Assert.Equal((6, 600), (few.GetProperty("points").GetArrayLength(), few.GetProperty("stepSeconds").GetInt64()));
        var first = few.GetProperty("points")[0];
        Assert.Equal((10, 4.5, 9.0, 0.1), (
            first.GetProperty("windows").GetInt64(), first.GetProperty("ratio").GetDouble(), first.GetProperty("largestRatio").GetDouble(), first.GetProperty("smallestPValue").GetDouble()));
    }

    [Theory]
    [InlineData("stream", "")]
    [InlineData("points", "stream=0000000000000001&points=0")]
    [InlineData("from", "stream=0000000000000001&from=soon")]
    [InlineData("to", "stream=0000000000000001&to=never")]
    [InlineData("to", "stream=0000000000000001&from=2026-01-02&to=2026-01-01")]
    [InlineData("from", "stream=0000000000000001&from=1900-01-02&to=2026-01-01")]
    public async Task What_cannot_be_asked_is_refused_by_name(string field, string query) =>
        (await host.Api.GetAsync((await host.AddTenantAsync()).Read, $"{Timeline}?{query}")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names(field);

    [Fact]
    public async Task A_heat_map_has_the_streams_with_most_anomalies_first_hour_by_hour()
    {
        var tenant = await host.AddTenantAsync();
        var (calm, loud) = (await host.Database.AddStreamAsync(tenant, "calm", Random.Shared.NextInt64()), await host.Database.AddStreamAsync(tenant, "loud", Random.Shared.NextInt64(), signal: 2));
        var now = DateTimeOffset.UtcNow;
        foreach (var hours in (int[])[0, -1])
        {
            await host.Database.AddMinuteAsync(tenant, calm, now.AddHours(hours));
            await host.Database.AddMinuteAsync(tenant, loud, now.AddHours(hours), minute => (minute.Anomalies, minute.RatioWindows, minute.RatioSum) = (1, 0, 0));
        }
        await host.Database.AddMinuteAsync(tenant, calm, now.AddHours(-30));
        var rows = (await host.Api.GetAsync(tenant.Read, "api/v1/analytics/ncd-heatmap")).Json.GetProperty("rows");
        Assert.Equal(["loud", "calm"], rows.EnumerateArray().Select(row => row.GetProperty("service").GetString()));
        Assert.Equal(2, rows[1].GetProperty("cells").GetArrayLength());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, rows[0].GetProperty("cells")[0].GetProperty("ratio").ValueKind);
        Assert.Equal(0.25, rows[1].GetProperty("cells")[0].GetProperty("ratio").GetDouble());
        Assert.Single((await host.Api.GetAsync(tenant.Read, "api/v1/analytics/ncd-heatmap?limit=1")).Json.GetProperty("rows").EnumerateArray());
        (await host.Api.GetAsync(tenant.Read, "api/v1/analytics/ncd-heatmap?hours=169")).IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("hours");
    }
}

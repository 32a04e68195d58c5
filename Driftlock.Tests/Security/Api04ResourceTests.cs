using System.Globalization;
using System.Net;
using System.Text;
using Driftlock.Tests.Api;
using Driftlock.Tests.Conformance;

namespace Driftlock.Tests.Security;

/// <summary>OWASP API4 and ASVS 15.2.2: nobody costs more than a stated bound. Telemetry's own bounds: Driftlock.Tests.Conformance.</summary>
[Collection(SharedApi.Name)]
public sealed class Api04ResourceTests(ApiHost host)
{
    [Fact]
    public async Task A_body_that_is_no_telemetry_has_at_most_a_mebibyte()
    {
        var tenant = await host.AddTenantAsync();
        var body = $$"""{"name":"{{new string('x', 1 << 20)}}","role":"read"}""";
        (await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/api-keys", body)).IsProblem(HttpStatusCode.RequestEntityTooLarge, "too_large");
    }

    [Fact]
    public async Task Headers_that_stop_coming_are_cut_off()
    {
        using var client = await RawClient.ConnectAsync(host.Api.Rest);
        await client.SendAsync("GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-Slow: ", []);
        var answer = await client.ReadAsync();
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal), answer);
        Assert.Equal(HttpStatusCode.OK, (await host.Api.GetAsync(null, "alive")).Status);
    }

    [Fact]
    public async Task A_body_that_stops_coming_is_cut_off()
    {
        var tenant = await host.AddTenantAsync();
        using var client = await RawClient.ConnectAsync(host.Api.Rest);
        await client.SendAsync(
            $"POST /api/v1/admin/api-keys HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {tenant.Admin}\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n", "{\"name\":"u8.ToArray());
        Assert.StartsWith("HTTP/1.1 4", await client.ReadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 1, 431)]
    [InlineData(1, 40_000, 431)]
    [InlineData(0, 0, 200)]
    public async Task Headers_have_a_number_and_a_size(int count, int length, int expected)
    {
        var head = new StringBuilder("GET /alive HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
        for (var i = 0; i < count; i++) head.Append(CultureInfo.InvariantCulture, $"X-{i}: {new string('a', length)}\r\n");
        using var client = await RawClient.ConnectAsync(host.Api.Rest);
        await client.SendAsync(head.Append("\r\n").ToString(), []);
        Assert.StartsWith($"HTTP/1.1 {expected} ", await client.ReadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("anomalies?limit=201")]
    [InlineData("anomalies?limit=1000000000")]
    [InlineData("streams?limit=100000")]
    [InlineData("incidents?limit=0")]
    [InlineData("admin/audit-log?limit=-1")]
    [InlineData("analytics/ncd-heatmap?hours=1000000")]
    public async Task Nothing_is_listed_without_a_bound(string address)
    {
        var tenant = await host.AddTenantAsync();
        (await host.Api.GetAsync(tenant.Admin, "api/v1/" + address)).IsProblem(HttpStatusCode.BadRequest, "invalid_argument");
    }
}

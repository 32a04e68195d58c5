using System.Net;
using Driftlock.Tests.Api;
using Driftlock.Tests.Conformance;

namespace Driftlock.Tests.Security;

/// <summary>OWASP API8, and of ASVS 5.0: 3.4.3, 3.4.4, 3.4.6 (headers), 3.5 (origins), 4.1.1 (content types), 4.1.3 (headers of intermediaries), 4.2 (smuggling).</summary>
[Collection(SharedApi.Name)]
public sealed class Api08ConfigurationTests(ApiHost host)
{
    [Theory]
    [InlineData("api/v1/anomalies", 200)]
    [InlineData("api/v1/anomalies/nowhere", 404)]
    [InlineData("api/v1/nowhere", 404)]
    [InlineData("api/v1/anomalies?limit=x", 400)]
    [InlineData("api/v1/admin/tenants", 403)]
    [InlineData("openapi/v1.json", 200)]
    public async Task Every_answer_says_that_it_is_data_and_nobody_keeps_it(string address, int status)
    {
        var tenant = await host.AddTenantAsync();
        var answer = await host.Api.GetAsync(tenant.Admin, address);
        Assert.Equal(status, (int)answer.Status);
        var headers = answer.Response.Headers;
        Assert.Equal("nosniff", Assert.Single(headers.GetValues("X-Content-Type-Options")));
        Assert.Contains("frame-ancestors 'none'", Assert.Single(headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("no-referrer", Assert.Single(headers.GetValues("Referrer-Policy")));
        Assert.True(headers.CacheControl?.NoStore);
        Assert.False(headers.Contains("Server") || headers.Contains("X-Powered-By"));
    }

    [Fact]
    public async Task No_page_of_another_origin_reads_an_answer()
    {
        var tenant = await host.AddTenantAsync();
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Options])
        {
            var answer = await host.Api.SendAsync(tenant.Read, method, "api/v1/anomalies", headers: [("Origin", "https://evil.example"), ("Access-Control-Request-Method", "GET")]);
            Assert.DoesNotContain(answer.Response.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data")]
    [InlineData("application/xml")]
    public async Task A_form_of_a_page_cannot_write(string contentType)
    {
        var tenant = await host.AddTenantAsync();
        (await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/api-keys", """{"name":"x","role":"read"}""", contentType))
            .IsProblem(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
    }

    [Theory]
    [InlineData("TRACE")]
    [InlineData("CONNECT")]
    [InlineData("PROPFIND")]
    [InlineData("DELETE")]
    public async Task Methods_that_an_address_does_not_know_do_nothing(string method)
    {
        using var client = await RawClient.ConnectAsync(host.Api.Rest);
        await client.SendAsync($"{method} /api/v1/anomalies HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Probe: echoed\r\n\r\n", []);
        var answer = await client.ReadAsync();
        Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("echoed", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length: 4\r\nTransfer-Encoding: chunked")]
    [InlineData("Content-Length: 4\r\nContent-Length: 40")]
    [InlineData("Transfer-Encoding: xchunked")]
    [InlineData("Content-Length : 4")]
    public async Task Two_ways_to_read_one_request_are_none(string framing)
    {
        using var client = await RawClient.ConnectAsync(host.Api.Rest);
        await client.SendAsync($"POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: x\r\n{framing}\r\n\r\n0\r\n\r\nGET /version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", []);
        var answer = await client.ReadAsync();
        // What follows is never taken for a request of its own on a connection whose framing was in doubt.
        Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("\"engine\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_client_says_of_its_own_address_does_not_get_it_around_a_limit()
    {
        await using var api = await ApiServer.StartAsync(host.Database.ConnectionString, ("RateLimits__SignInPerMinute", "0.1"));
        const string body = """{"email":"nobody@example.org","password":"not the password"}""";
        var last = HttpStatusCode.OK;
        for (var i = 0; i < 22; i++)
        {
            last = (await api.SendAsync(null, HttpMethod.Post, "api/v1/auth/sign-in", body, headers: [("X-Forwarded-For", $"198.51.100.{i}"), ("X-Real-IP", $"198.51.100.{i}"), ("Forwarded", $"for=198.51.100.{i}")])).Status;
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, last);
    }
}

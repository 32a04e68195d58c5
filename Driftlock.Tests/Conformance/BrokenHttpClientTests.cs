using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Conformance;

/// <summary>Clients of OTLP/HTTP that break off, lie about lengths or dawdle: nothing of theirs is taken, and nobody else notices.</summary>
[Collection(SharedApi.Name)]
public sealed class BrokenHttpClientTests(ApiHost host)
{
    private static readonly byte[] Body = OtlpClient.Encode(Transport.Json, OtlpJson.Three(Signal.Logs));

    [Fact]
    public async Task A_body_of_which_half_comes_is_not_taken()
    {
        var tenant = await host.AddTenantAsync();
        using (var client = await RawClient.ConnectAsync(host.Api.OtlpHttp))
        {
            await client.SendAsync(Head(tenant, Body.Length), Body[..(Body.Length / 2)]);
            client.EndSending();
            await client.ReadAsync();
        }
        await NobodyNoticesAsync(tenant);
    }

    [Fact]
    public async Task A_connection_that_is_reset_in_the_body_leaves_no_trace()
    {
        var tenant = await host.AddTenantAsync();
        for (var i = 0; i < 20; i++)
        {
            using var client = await RawClient.ConnectAsync(host.Api.OtlpHttp);
            await client.SendAsync(Head(tenant, Body.Length), Body[..(i * Body.Length / 20)]);
            client.Reset();
        }
        await NobodyNoticesAsync(tenant);
    }

    [Fact]
    public async Task A_Content_Length_that_is_too_small_takes_a_request_that_is_cut()
    {
        var tenant = await host.AddTenantAsync();
        using (var client = await RawClient.ConnectAsync(host.Api.OtlpHttp))
        {
            await client.SendAsync(Head(tenant, Body.Length - 10), [.. Body, .. "\r\n\r\n"u8]);
            var answers = await client.ReadAsync();
            Assert.StartsWith("HTTP/1.1 400 ", answers, StringComparison.Ordinal);
            // What is left over is no request either.
            Assert.Equal(2, answers.Split("HTTP/1.1 400 ").Length - 1);
        }
        await NobodyNoticesAsync(tenant);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1, 2")]
    [InlineData("99999999999999999999")]
    [InlineData("0x10")]
    public async Task A_Content_Length_that_is_no_length_is_400(string length)
    {
        var tenant = await host.AddTenantAsync();
        using (var client = await RawClient.ConnectAsync(host.Api.OtlpHttp))
        {
            await client.SendAsync(Head(tenant, $"Content-Length: {length}"), Body);
            Assert.StartsWith("HTTP/1.1 400 ", await client.ReadAsync(), StringComparison.Ordinal);
        }
        await NobodyNoticesAsync(tenant);
    }

    [Fact]
    public async Task A_Content_Length_above_the_limit_is_413_before_the_body_comes()
    {
        var tenant = await host.AddTenantAsync();
        using var client = await RawClient.ConnectAsync(host.Api.OtlpHttp);
        await client.SendAsync(Head(tenant, "Content-Length: 9223372036854775807"), []);
        Assert.StartsWith("HTTP/1.1 413 ", await client.ReadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zz\r\n{}\r\n0\r\n\r\n")]
    [InlineData("2\r\n{}}}}\r\n0\r\n\r\n")]
    [InlineData("ffffffffffffffff\r\n{}")]
    public async Task Chunks_that_are_broken_are_400(string chunks)
    {
        var tenant = await host.AddTenantAsync();
        using (var client = await RawClient.ConnectAsync(host.Api.OtlpHttp))
        {
            await client.SendAsync(Head(tenant, "Transfer-Encoding: chunked"), Encoding.ASCII.GetBytes(chunks));
            var answer = await client.ReadAsync();
            Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
            Assert.Contains("\"code\":3", answer, StringComparison.Ordinal);
        }
        await NobodyNoticesAsync(tenant);
    }

    [Fact]
    public async Task Gzip_that_ends_early_in_whole_chunks_is_400()
    {
        var tenant = await host.AddTenantAsync();
        var gzip = OtlpClient.Gzip(Body)[..^8];
        using (var client = await RawClient.ConnectAsync(host.Api.OtlpHttp))
        {
            byte[] chunked = [.. Encoding.ASCII.GetBytes($"{gzip.Length:x}\r\n"), .. gzip, .. "\r\n0\r\n\r\n"u8];
            await client.SendAsync(Head(tenant, "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\nConnection: close"), chunked);
            Assert.StartsWith("HTTP/1.1 400 ", await client.ReadAsync(), StringComparison.Ordinal);
        }
        await NobodyNoticesAsync(tenant);
    }

    [Fact]
    public async Task A_body_that_stops_coming_is_cut_off_and_may_be_sent_again()
    {
        var tenant = await host.AddTenantAsync();
        using (var client = await RawClient.ConnectAsync(host.Api.OtlpHttp))
        {
            await client.SendAsync(Head(tenant, Body.Length), Body[..10]);
            var answer = await client.ReadAsync();
            Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
            Assert.Contains("\r\nRetry-After: 1\r\n", answer, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("too slowly", answer, StringComparison.Ordinal);
        }
        await NobodyNoticesAsync(tenant);
    }

    [Fact]
    public async Task A_client_that_asks_before_it_sends_is_told_to_go_on_or_hears_of_the_refusal()
    {
        var tenant = await host.AddTenantAsync();
        var head = Head(tenant, $"Content-Length: {Body.Length}\r\nExpect: 100-continue\r\nConnection: close");
        using (var client = await RawClient.ConnectAsync(host.Api.OtlpHttp))
        {
            await client.SendAsync(head, []);
            var goOn = await client.ReadBytesAsync(read => read.AsSpan().EndsWith("\r\n\r\n"u8));
            Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", Encoding.ASCII.GetString(goOn));
            await client.SendAsync("", Body);
            Assert.StartsWith("HTTP/1.1 200 ", await client.ReadAsync(), StringComparison.Ordinal);
        }
        using var refused = await RawClient.ConnectAsync(host.Api.OtlpHttp);
        await refused.SendAsync(head.Replace("Bearer ", "Bearer no", StringComparison.Ordinal), []);
        Assert.StartsWith("HTTP/1.1 401 ", await refused.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HTTP_2_without_being_asked_is_refused_on_the_port_of_HTTP_1()
    {
        using (var client = await RawClient.ConnectAsync(host.Api.OtlpHttp))
        {
            await client.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", new byte[9]);
            // GOAWAY with HTTP_1_1_REQUIRED (RFC 9113, 7).
            var frame = await client.ReadAsync();
            Assert.Equal(('\a', '\r'), (frame[3], frame[^1]));
        }
        await NobodyNoticesAsync(await host.AddTenantAsync());
    }

    /// <summary>Nothing is in the log, the service takes the next request, and no failure was written of.</summary>
    private async Task NobodyNoticesAsync(TestTenant tenant)
    {
        Assert.Equal(0, await host.Database.EventsInLogAsync(tenant));
        (await host.Api.Otlp.SendAsync(Transport.Json, tenant.Ingest, Body)).IsFullSuccess(Transport.Json);
        ApiLog.HoldsNoFailure(host.Api);
    }

    private static string Head(TestTenant tenant, int length) => Head(tenant, $"Content-Length: {length}");

    private static string Head(TestTenant tenant, string framing) =>
        $"POST /v1/logs HTTP/1.1\r\nHost: driftlock\r\nContent-Type: application/json\r\nAuthorization: Bearer {tenant.Ingest}\r\n{framing}\r\n\r\n";
}

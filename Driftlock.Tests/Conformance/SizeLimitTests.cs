using System.IO.Compression;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Conformance;

/// <summary>OTLP 1.11 on sizes: 64 MiB unless configured, before and after decompression; one byte more is refused for good.</summary>
[Collection(SharedApi.Name)]
public sealed class SizeLimitTests(ApiHost host)
{
    private const int TooMuch = 65 << 20;

    [Theory]
    [InlineData(Transport.Protobuf)]
    [InlineData(Transport.Json)]
    [InlineData(Transport.Grpc)]
    public async Task A_body_of_65_MiB_is_too_large(Transport transport) =>
        Expect(transport, await host.Api.Otlp.SendEncodedAsync(transport, (await host.AddTenantAsync()).Ingest, new byte[TooMuch]));

    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public async Task A_gzip_bomb_is_too_large_however_small_it_is(Transport transport, Signal signal)
    {
        var bomb = OtlpClient.Gzip(new byte[2 * TooMuch], CompressionLevel.SmallestSize);
        Assert.True(bomb.Length < 200_000);
        Expect(transport, await host.Api.Otlp.SendEncodedAsync(transport, (await host.AddTenantAsync()).Ingest, bomb, signal, encoding: "gzip"));
    }

    [Theory]
    [InlineData(Transport.Protobuf)]
    [InlineData(Transport.Json)]
    [InlineData(Transport.Grpc)]
    public async Task A_bomb_in_many_small_members_is_too_large(Transport transport)
    {
        var member = OtlpClient.Gzip(new byte[1 << 20], CompressionLevel.SmallestSize);
        byte[] bomb = [.. Enumerable.Repeat(member, 65).SelectMany(bytes => bytes)];
        Expect(transport, await host.Api.Otlp.SendEncodedAsync(transport, (await host.AddTenantAsync()).Ingest, bomb, encoding: "gzip"));
    }

    [Theory]
    [InlineData(Transport.Protobuf)]
    [InlineData(Transport.Json)]
    [InlineData(Transport.Grpc)]
    public async Task What_is_too_large_before_decompression_is_not_unpacked(Transport transport)
    {
        var noise = new byte[TooMuch];
        new Random(1).NextBytes(noise);
        var answer = await host.Api.Otlp.SendEncodedAsync(
            transport, (await host.AddTenantAsync()).Ingest, OtlpClient.Gzip(noise, CompressionLevel.NoCompression), encoding: "gzip");
        Expect(transport, answer);
    }

    [Fact]
    public async Task A_body_without_a_length_is_measured_while_it_comes()
    {
        var tenant = await host.AddTenantAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Api.OtlpHttp, "v1/logs")) { Content = new ByteArrayContent(new byte[TooMuch]) };
        request.Content.Headers.ContentType = new("application/x-protobuf");
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Authorization = new("Bearer", tenant.Ingest);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(413, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData(Transport.Protobuf)]
    [InlineData(Transport.Json)]
    [InlineData(Transport.Grpc)]
    public async Task The_service_takes_the_next_request(Transport transport)
    {
        var tenant = await host.AddTenantAsync();
        Expect(transport, await host.Api.Otlp.SendEncodedAsync(transport, tenant.Ingest, new byte[TooMuch]));
        Assert.True((await host.Api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Three(Signal.Logs))).IsSuccess);
    }

    private static void Expect(Transport transport, OtlpAnswer answer)
    {
        // RESOURCE_EXHAUSTED without RetryInfo: nobody shall send it again.
        answer.IsRefused(transport, 413, Ways.ResourceExhausted);
        Assert.Contains("67108864", answer.Message, StringComparison.Ordinal);
    }
}

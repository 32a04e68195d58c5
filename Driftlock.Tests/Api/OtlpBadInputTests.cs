using System.Text;
using System.Text.Json;
using Driftlock.Cbad.Events;

namespace Driftlock.Tests.Api;

/// <summary>What no sender should send: refused for good, in the type of the request, and the service goes on.</summary>
[Collection(SharedApi.Name)]
public sealed class OtlpBadInputTests(ApiHost host)
{
    private const int InvalidArgument = 3;
    private const string Body = "BODY";

    [Theory]
    [InlineData(Transport.Protobuf, "text/plain")]
    [InlineData(Transport.Protobuf, "application/octet-stream")]
    [InlineData(Transport.Json, "application/x-www-form-urlencoded")]
    [InlineData(Transport.Grpc, "application/json")]
    [InlineData(Transport.Grpc, "application/grpc-web")]
    public async Task A_wrong_content_type_is_415(Transport transport, string contentType)
    {
        var tenant = await host.AddTenantAsync();
        var body = OtlpClient.Encode(transport, OtlpJson.Three(Signal.Logs));
        using var client = new HttpClient();
        if (transport == Transport.Grpc)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Api.OtlpGrpc, "opentelemetry.proto.collector.logs.v1.LogsService/Export"));
            request.Version = System.Net.HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            request.Headers.Authorization = new("Bearer", tenant.Ingest);
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new(contentType);
            using var refused = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(415, (int)refused.StatusCode);
            return;
        }
        var answer = await host.Api.Otlp.SendAsync(transport, tenant.Ingest, body, contentType: contentType);
        Assert.Equal((415, InvalidArgument, "application/json"), (answer.Http, answer.Grpc, answer.ContentType));
        Assert.Contains("application/x-protobuf", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Transport.Protobuf)]
    [InlineData(Transport.Json)]
    [InlineData(Transport.Grpc)]
    public async Task A_truncated_request_is_bad_data_wherever_it_is_cut(Transport transport)
    {
        var tenant = await host.AddTenantAsync();
        var body = OtlpClient.Encode(transport, OtlpJson.Three(Signal.Logs));
        foreach (var length in (int[])[1, body.Length / 3, body.Length / 2, body.Length - 1])
        {
            ExpectBadData(transport, await host.Api.Otlp.SendAsync(transport, tenant.Ingest, body[..length]));
        }
        Assert.Equal(0, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [InlineData(Transport.Protobuf)]
    [InlineData(Transport.Json)]
    [InlineData(Transport.Grpc)]
    public async Task Gzip_that_is_cut_or_none_at_all_is_bad_data(Transport transport)
    {
        var tenant = await host.AddTenantAsync();
        var gzip = OtlpClient.Gzip(OtlpClient.Encode(transport, OtlpJson.Three(Signal.Logs)));
        ExpectBadData(transport, await host.Api.Otlp.SendEncodedAsync(transport, tenant.Ingest, gzip[..(gzip.Length / 2)], encoding: "gzip"));
        ExpectBadData(transport, await host.Api.Otlp.SendEncodedAsync(transport, tenant.Ingest, "plain"u8.ToArray(), encoding: "gzip"));
        Assert.Equal(0, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [InlineData(Transport.Protobuf)]
    [InlineData(Transport.Json)]
    [InlineData(Transport.Grpc)]
    public async Task Nesting_too_deep_for_any_stack_is_bad_data(Transport transport)
    {
        var tenant = await host.AddTenantAsync();
        var body = transport == Transport.Json ? DeepJson(100_000) : DeepProtobuf(20_000);
        ExpectBadData(transport, await host.Api.Otlp.SendAsync(transport, tenant.Ingest, body));
    }

    [Theory]
    [InlineData(Transport.Protobuf)]
    [InlineData(Transport.Json)]
    [InlineData(Transport.Grpc)]
    public async Task Invalid_UTF8_loses_neither_its_event_nor_the_others(Transport transport)
    {
        var tenant = await host.AddTenantAsync();
        var body = OtlpClient.Encode(transport, OtlpJson.Logs("shop", ["before", Body, "after"]));
        var bad = body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Body));
        new byte[] { 0xFF, 0xC0, 0xAF, 0xED }.CopyTo(body, bad);
        var answer = await host.Api.Otlp.SendAsync(transport, tenant.Ingest, body);
        Assert.True(answer.IsSuccess && answer.Rejected == 0, answer.ToString());
        Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("9223372036854775807")]
    [InlineData("18446744073709551615")]
    public async Task A_time_in_1970_in_2262_or_later_is_taken(string time)
    {
        var tenant = await host.AddTenantAsync();
        foreach (var transport in Enum.GetValues<Transport>())
        {
            var answer = await host.Api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Logs("shop", [$"{transport}"], time));
            Assert.True(answer.IsSuccess, answer.ToString());
        }
        Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
    }

    [Fact]
    public async Task A_missing_service_name_gets_the_name_that_OpenTelemetry_gives_it()
    {
        var tenant = await host.AddTenantAsync();
        foreach (var transport in Enum.GetValues<Transport>())
        {
            Assert.True((await host.Api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Logs(null, [$"{transport}"]))).IsSuccess);
        }
        using var client = host.Api.Client(tenant.Read);
        using var streams = JsonDocument.Parse(await client.GetStringAsync(new Uri("api/v1/streams", UriKind.Relative), TestContext.Current.CancellationToken));
        Assert.Equal("unknown_service", Assert.Single(streams.RootElement.GetProperty("items").EnumerateArray()).GetProperty("service").GetString());
    }

    private static void ExpectBadData(Transport transport, OtlpAnswer answer)
    {
        Assert.Equal((transport == Transport.Grpc ? 200 : 400, InvalidArgument, null), (answer.Http, answer.Grpc, answer.RetryAfter));
        Assert.NotEmpty(answer.Message);
        Assert.Equal(transport switch { Transport.Json => "application/json", Transport.Grpc => "application/grpc", _ => "application/x-protobuf" }, answer.ContentType);
    }

    private static byte[] DeepJson(int levels)
    {
        var deep = new StringBuilder().Insert(0, """{"arrayValue":{"values":[""", levels).Insert(levels * 25, "]}}", levels).ToString();
        return Encoding.UTF8.GetBytes(OtlpJson.Logs("shop", [Body]).Replace($$"""{"stringValue":"{{Body}}"}""", deep, StringComparison.Ordinal));
    }

    /// <summary>AnyValue.array_value = 5, ArrayValue.values = 1, from the inside out; then LogRecord.body = 5 and what is around it.</summary>
    private static byte[] DeepProtobuf(int levels)
    {
        var reversed = new List<byte>();
        void Wrap(int field)
        {
            Span<byte> length = stackalloc byte[Varint.MaxBytes];
            var bytes = Varint.Write(length, (ulong)reversed.Count);
            for (var i = bytes - 1; i >= 0; i--) reversed.Add(length[i]);
            reversed.Add((byte)(field << 3 | 2));
        }
        for (var i = 0; i < levels; i++)
        {
            Wrap(1);
            Wrap(5);
        }
        foreach (var field in (int[])[5, 2, 2, 1]) Wrap(field);
        reversed.Reverse();
        return [.. reversed];
    }
}

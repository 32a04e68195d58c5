using System.IO.Compression;
using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Conformance;

/// <summary>OTLP 1.11: "server components MUST support ... no compression ... gzip compression".</summary>
[Collection(SharedApi.Name)]
public sealed class CompressionTests(ApiHost host)
{
    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public async Task An_export_is_taken_plain_and_gzipped(Transport transport, Signal signal)
    {
        var (plain, gzip) = (await host.AddTenantAsync(), await host.AddTenantAsync());
        (await host.Api.Otlp.SendAsync(transport, plain.Ingest, OtlpJson.Three(signal), signal)).IsFullSuccess(transport);
        (await host.Api.Otlp.SendAsync(transport, gzip.Ingest, OtlpJson.Three(signal), signal, gzip: true)).IsFullSuccess(transport);
        Assert.Equal(await LoggedText.OfAsync(host.Database, plain), await LoggedText.OfAsync(host.Database, gzip));
        Assert.Equal(3, await host.Database.EventsInLogAsync(plain));
    }

    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public async Task Gzip_of_several_members_is_read_to_its_end(Transport transport, Signal signal)
    {
        var tenant = await host.AddTenantAsync();
        var body = OtlpClient.Encode(transport, OtlpJson.Three(signal));
        byte[] members = [.. OtlpClient.Gzip(body[..10]), .. OtlpClient.Gzip([]), .. OtlpClient.Gzip(body[10..])];
        (await host.Api.Otlp.SendEncodedAsync(transport, tenant.Ingest, members, signal, "gzip")).IsFullSuccess(transport);
        Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public async Task Gzip_that_lies_is_bad_data(Transport transport, Signal signal)
    {
        var tenant = await host.AddTenantAsync();
        var gzip = OtlpClient.Gzip(OtlpClient.Encode(transport, OtlpJson.Three(signal)));
        byte[] wrongChecksum = [.. gzip[..^8], (byte)~gzip[^8], .. gzip[^7..]];
        byte[] wrongLength = [.. gzip[..^4], (byte)~gzip[^4], .. gzip[^3..]];
        // The last two hold a whole message, of which a reader that believes in it would lose the rest without a word.
        byte[][] lies = [gzip[..(gzip.Length / 2)], wrongChecksum, wrongLength, Encoding.ASCII.GetBytes("plain"), [.. gzip, 1, 2, 3], gzip[..^1], gzip[..^8]];
        foreach (var lie in lies)
        {
            (await host.Api.Otlp.SendEncodedAsync(transport, tenant.Ingest, lie, signal, "gzip")).IsRefused(transport, 400, Ways.InvalidArgument);
        }
        Assert.Equal(0, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [InlineData(Transport.Protobuf, "deflate")]
    [InlineData(Transport.Json, "br")]
    [InlineData(Transport.Json, "gzip, gzip")]
    public async Task A_Content_Encoding_that_OTLP_does_not_know_is_415(Transport transport, string encoding)
    {
        var tenant = await host.AddTenantAsync();
        using var deflated = new MemoryStream();
        await using (var stream = new ZLibStream(deflated, CompressionLevel.Fastest)) stream.Write(OtlpClient.Encode(transport, OtlpJson.Three(Signal.Logs)));
        using var answer = await HttpCall.PostAsync(host.Api.OtlpHttp, "/v1/logs", tenant.Ingest, deflated.ToArray(), Ways.ContentType(transport), encoding);
        Assert.Equal((415, Ways.ContentType(transport)), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal("gzip", Assert.Single(answer.Headers.GetValues("Accept-Encoding")));
        Assert.Equal(0, await host.Database.EventsInLogAsync(tenant));
    }

    [Fact]
    public async Task A_grpc_encoding_that_is_unknown_is_UNIMPLEMENTED_and_the_known_ones_are_named()
    {
        var tenant = await host.AddTenantAsync();
        using var call = await GrpcCall.SendAsync(host.Api.OtlpGrpc, tenant.Ingest, GrpcCall.Frame(1, [1, 2, 3]), ("grpc-encoding", "zstd"));
        Assert.Equal((Ways.Unimplemented, "identity,gzip"), (call.Status, call.Header("grpc-accept-encoding")));
    }

    [Theory]
    [InlineData("identity")]
    [InlineData(null)]
    public async Task A_compressed_message_without_a_compression_is_bad_data(string? encoding)
    {
        var tenant = await host.AddTenantAsync();
        var frame = GrpcCall.Frame(1, OtlpClient.Gzip(OtlpClient.Encode(Transport.Grpc, OtlpJson.Three(Signal.Logs))));
        using var call = await GrpcCall.SendAsync(host.Api.OtlpGrpc, tenant.Ingest, frame, encoding is null ? [] : [("grpc-encoding", encoding)]);
        Assert.Equal(Ways.InvalidArgument, call.Status);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public async Task A_plain_message_is_read_whatever_the_grpc_encoding_is(string encoding)
    {
        var tenant = await host.AddTenantAsync();
        var frame = GrpcCall.Frame(0, OtlpClient.Encode(Transport.Grpc, OtlpJson.Three(Signal.Logs)));
        using var call = await GrpcCall.SendAsync(host.Api.OtlpGrpc, tenant.Ingest, frame, ("grpc-encoding", encoding));
        Assert.Equal(0, call.Status);
        Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
    }
}

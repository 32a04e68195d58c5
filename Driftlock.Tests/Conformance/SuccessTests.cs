using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Conformance;

/// <summary>OTLP 1.11, "Full Success": 200, the response message, partial_success unset; also for what carries nothing.</summary>
[Collection(SharedApi.Name)]
public sealed class SuccessTests(ApiHost host)
{
    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public async Task An_export_is_in_the_log_when_it_is_acknowledged_and_partial_success_is_unset(Transport transport, Signal signal)
    {
        var tenant = await host.AddTenantAsync();
        (await host.Api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Three(signal), signal)).IsFullSuccess(transport);
        Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [InlineData("/v1/logs")]
    [InlineData("/v1/metrics")]
    [InlineData("/v1/traces")]
    public async Task Full_success_is_no_byte_in_protobuf_and_an_empty_object_in_JSON(string path)
    {
        var tenant = await host.AddTenantAsync();
        foreach (var (type, body, expected) in ((string, string, string)[])[("application/x-protobuf", "", ""), ("application/json", "{}", "{}")])
        {
            using var answer = await HttpCall.PostAsync(host.Api.OtlpHttp, path, tenant.Ingest, Encoding.UTF8.GetBytes(body), type);
            Assert.Equal((200, type), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
            Assert.Equal(expected, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public async Task An_empty_request_succeeds(Transport transport, Signal signal)
    {
        var tenant = await host.AddTenantAsync();
        var kind = signal == Signal.Traces ? "Spans" : signal.ToString();
        string[] empty = ["{}", $$"""{"resource{{kind}}":[]}""", $$"""{"resource{{kind}}":[{}]}""", $$"""{"resource{{kind}}":[{"scope{{kind}}":[{}]}]}"""];
        foreach (var request in empty) (await host.Api.Otlp.SendAsync(transport, tenant.Ingest, request, signal)).IsFullSuccess(transport);
        // No byte at all, which protobuf calls an empty message; and a gzip stream of it.
        (await host.Api.Otlp.SendAsync(transport, tenant.Ingest, [], signal)).IsFullSuccess(transport);
        (await host.Api.Otlp.SendAsync(transport, tenant.Ingest, [], signal, gzip: true)).IsFullSuccess(transport);
        Assert.Equal(0, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public async Task Fields_of_later_versions_are_skipped(Transport transport, Signal signal)
    {
        var (now, later) = (await host.AddTenantAsync(), await host.AddTenantAsync());
        var known = OtlpJson.Three(signal);
        byte[] body = transport == Transport.Json
            ? Encoding.UTF8.GetBytes(known.Replace("""{"attributes":""", """{"fromTheFuture":{"a":[1,{"b":null}]},"attributes":""", StringComparison.Ordinal).Replace("""{"name":""", """{"kindOfFuture":7,"name":""", StringComparison.Ordinal))
            // Field 2047 of each wire type: varint, 64 bits, bytes, 32 bits.
            : [.. OtlpClient.Encode(transport, known), 0xF8, 0x7F, 1, 0xF9, 0x7F, 1, 2, 3, 4, 5, 6, 7, 8, 0xFA, 0x7F, 2, 1, 2, 0xFD, 0x7F, 1, 2, 3, 4];
        (await host.Api.Otlp.SendAsync(transport, now.Ingest, known, signal)).IsFullSuccess(transport);
        (await host.Api.Otlp.SendAsync(transport, later.Ingest, body, signal)).IsFullSuccess(transport);
        Assert.Equal(await LoggedText.OfAsync(host.Database, now), await LoggedText.OfAsync(host.Database, later));
    }
}

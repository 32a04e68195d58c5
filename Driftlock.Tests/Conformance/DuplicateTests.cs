using Driftlock.Cbad.Events;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Conformance;

/// <summary>OTLP 1.11, "Duplicate Data": a sender that got no answer sends again, and must neither be refused nor counted twice.</summary>
[Collection(SharedApi.Name)]
public sealed class DuplicateTests(ApiHost host)
{
    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public async Task A_request_sent_again_is_acknowledged_again_and_appended_once(Transport transport, Signal signal)
    {
        var tenant = await host.AddTenantAsync();
        for (var i = 0; i < 3; i++)
        {
            // A retry may be compressed otherwise: what counts is what was meant.
            (await host.Api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Three(signal), signal, gzip: i == 1)).IsFullSuccess(transport);
        }
        Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public async Task A_request_sent_eight_times_at_once_is_appended_once(Transport transport, Signal signal)
    {
        var tenant = await host.AddTenantAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.Api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Three(signal), signal)));
        Assert.All(answers, answer => answer.IsFullSuccess(transport));
        Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
    }

    [Fact]
    public async Task The_same_bytes_over_gRPC_and_over_HTTP_are_one_request()
    {
        var tenant = await host.AddTenantAsync();
        foreach (var transport in (Transport[])[Transport.Protobuf, Transport.Grpc])
        {
            (await host.Api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Three(Signal.Logs))).IsFullSuccess(transport);
        }
        Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
    }

    [Fact]
    public async Task The_same_request_of_another_tenant_is_not_a_duplicate()
    {
        var (one, other) = (await host.AddTenantAsync(), await host.AddTenantAsync());
        foreach (var tenant in (TestTenant[])[one, other])
        {
            await host.Api.Otlp.SendAsync(Transport.Protobuf, tenant.Ingest, OtlpJson.Three(Signal.Logs));
            Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
        }
    }

    [Fact]
    public async Task Another_replica_knows_the_request_too()
    {
        var tenant = await host.AddTenantAsync();
        await using var replica = await ApiServer.StartAsync(host.Database.ConnectionString);
        foreach (var api in (ApiServer[])[host.Api, replica])
        {
            (await api.Otlp.SendAsync(Transport.Grpc, tenant.Ingest, OtlpJson.Three(Signal.Traces), Signal.Traces)).IsFullSuccess(Transport.Grpc);
        }
        Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
    }
}

using Driftlock.Cbad.Events;

namespace Driftlock.Tests.Api;

/// <summary>The rows of OTLP 1.11 on what succeeds, on each transport.</summary>
[Collection(SharedApi.Name)]
public sealed class OtlpContractTests(ApiHost host)
{
    public static TheoryData<Transport, Signal, bool> EveryWay()
    {
        var ways = new TheoryData<Transport, Signal, bool>();
        foreach (var transport in Enum.GetValues<Transport>())
        {
            foreach (var signal in (Signal[])[Signal.Logs, Signal.Metrics, Signal.Traces])
            {
                ways.Add(transport, signal, false);
                ways.Add(transport, signal, true);
            }
        }
        return ways;
    }

    [Theory]
    [MemberData(nameof(EveryWay))]
    public async Task An_export_is_in_the_log_when_it_is_acknowledged(Transport transport, Signal signal, bool gzip)
    {
        var tenant = await host.AddTenantAsync();
        var answer = await host.Api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Three(signal), signal, gzip);
        Assert.True(answer.IsSuccess, answer.ToString());
        Assert.Equal((0, ""), (answer.Rejected, answer.Message));
        Assert.Equal(TypeOf(transport), answer.ContentType);
        Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [InlineData(Transport.Protobuf, "")]
    [InlineData(Transport.Json, "{}")]
    [InlineData(Transport.Json, """{"resourceLogs":[]}""")]
    [InlineData(Transport.Grpc, "")]
    public async Task An_empty_request_is_fine(Transport transport, string body)
    {
        var tenant = await host.AddTenantAsync();
        foreach (var signal in (Signal[])[Signal.Logs, Signal.Metrics, Signal.Traces])
        {
            var answer = await host.Api.Otlp.SendAsync(transport, tenant.Ingest, System.Text.Encoding.UTF8.GetBytes(body), signal);
            Assert.True(answer.IsSuccess && answer.Rejected == 0, answer.ToString());
        }
        Assert.Equal(0, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [InlineData(Transport.Protobuf)]
    [InlineData(Transport.Json)]
    [InlineData(Transport.Grpc)]
    public async Task A_retried_request_is_acknowledged_again_and_appended_once(Transport transport)
    {
        var tenant = await host.AddTenantAsync();
        for (var i = 0; i < 3; i++)
        {
            // A retry may be compressed otherwise: what counts is what was meant.
            var answer = await host.Api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Three(Signal.Logs), gzip: i == 1);
            Assert.True(answer.IsSuccess, answer.ToString());
        }
        Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
    }

    [Fact]
    public async Task The_same_request_of_another_tenant_is_not_a_retry()
    {
        var (one, other) = (await host.AddTenantAsync(), await host.AddTenantAsync());
        foreach (var tenant in (TestTenant[])[one, other])
        {
            await host.Api.Otlp.SendAsync(Transport.Protobuf, tenant.Ingest, OtlpJson.Three(Signal.Logs));
            Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
        }
    }

    [Theory]
    [InlineData(Transport.Protobuf)]
    [InlineData(Transport.Json)]
    [InlineData(Transport.Grpc)]
    public async Task Unknown_fields_are_skipped(Transport transport)
    {
        var tenant = await host.AddTenantAsync();
        byte[] body = transport == Transport.Json
            ? System.Text.Encoding.UTF8.GetBytes(OtlpJson.Three(Signal.Logs).Replace("""{"resourceLogs":""", """{"fromTheFuture":{"a":[1]},"resourceLogs":""", StringComparison.Ordinal))
            : [.. OtlpClient.Encode(transport, OtlpJson.Three(Signal.Logs)), 0xFA, 0x7F, 0x01, 0x00];
        var answer = await host.Api.Otlp.SendAsync(transport, tenant.Ingest, body);
        Assert.True(answer.IsSuccess, answer.ToString());
        Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON")]
    public async Task The_content_type_may_have_parameters_and_any_case(string contentType)
    {
        var tenant = await host.AddTenantAsync();
        var body = OtlpClient.Encode(Transport.Json, OtlpJson.Three(Signal.Logs));
        var answer = await host.Api.Otlp.SendAsync(Transport.Json, tenant.Ingest, body, contentType: contentType);
        Assert.True(answer.IsSuccess, answer.ToString());
    }

    private static string TypeOf(Transport transport) => transport switch
    {
        Transport.Protobuf => "application/x-protobuf",
        Transport.Json => "application/json",
        _ => "application/grpc",
    };
}

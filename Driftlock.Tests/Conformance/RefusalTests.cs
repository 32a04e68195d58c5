using Driftlock.Cbad.Events;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Conformance;

/// <summary>Who may send; a key that is refused is refused for good, so neither 401 nor 403 nor their gRPC codes invite a retry.</summary>
[Collection(SharedApi.Name)]
public sealed class RefusalTests(ApiHost host)
{
    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public async Task Without_a_key_or_with_an_unknown_one_nothing_is_taken(Transport transport, Signal signal)
    {
        foreach (var key in (string?[])[null, "dlk_0123456789012345678901234567890123456789", new string('k', 5_000)])
        {
            (await host.Api.Otlp.SendAsync(transport, key, OtlpJson.Three(signal), signal)).IsRefused(transport, 401, Ways.Unauthenticated);
        }
    }

    [Theory]
    [InlineData(Transport.Protobuf)]
    [InlineData(Transport.Json)]
    [InlineData(Transport.Grpc)]
    public async Task A_revoked_key_is_refused_at_once(Transport transport)
    {
        var tenant = await host.AddTenantAsync();
        Assert.True((await host.Api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Logs("shop", ["before"]))).IsSuccess);
        await host.Database.ScalarAsync<object>($"UPDATE api_keys SET revoked_at = now() WHERE tenant_id = {tenant.Id} AND scopes = 1 RETURNING 1");
        (await host.Api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Logs("shop", ["after"]))).IsRefused(transport, 401, Ways.Unauthenticated);
        Assert.Equal(1, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public async Task A_key_that_may_only_read_may_not_send(Transport transport, Signal signal)
    {
        var tenant = await host.AddTenantAsync();
        var answer = await host.Api.Otlp.SendAsync(transport, tenant.Read, OtlpJson.Three(signal), signal);
        answer.IsRefused(transport, 403, Ways.PermissionDenied);
        Assert.Contains("read", answer.Message, StringComparison.Ordinal);
        Assert.Equal(0, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [InlineData("X-Api-Key")]
    [InlineData("x-otlp-api-key")]
    public async Task The_key_may_stand_in_the_headers_that_senders_know(string header)
    {
        var tenant = await host.AddTenantAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.Api.OtlpHttp, "v1/logs")) { Content = new StringContent(OtlpJson.Three(Signal.Logs)) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add(header, tenant.Ingest);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
    }
}

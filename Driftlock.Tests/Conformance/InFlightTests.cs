using Driftlock.Cbad.Events;
using Driftlock.Tests.Api;
using Driftlock.Tests.Reliability;

namespace Driftlock.Tests.Conformance;

/// <summary>The memory for bodies is bounded: while others hold it, senders are told to come back, and when these break off it is free again.</summary>
[Collection(SharedLimitedApi.Name)]
public sealed class InFlightTests(LimitedApi host)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task While_others_hold_the_memory_for_bodies_senders_are_told_to_come_back()
    {
        var tenant = await host.Database.AddTenantAsync();
        var holders = new List<RawClient>();
        for (var i = 0; i < LimitedApi.InFlightRequests; i++)
        {
            var holder = await RawClient.ConnectAsync(host.Api.OtlpHttp);
            holders.Add(holder);
            var head = $"POST /v1/logs HTTP/1.1\r\nHost: driftlock\r\nContent-Type: application/json\r\nAuthorization: Bearer {tenant.Ingest}\r\nContent-Length: 50000\r\nExpect: 100-continue\r\n\r\n";
            await holder.SendAsync(head, []);
            // "100 Continue" goes out with the first read of the body, when the memory for it is taken.
            await holder.ReadBytesAsync(static read => read.AsSpan().EndsWith("\r\n\r\n"u8));
            await holder.SendAsync("", new byte[40_000]);
        }
        foreach (var transport in Enum.GetValues<Transport>())
        {
            (await host.Api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Three(Signal.Logs))).AsksToComeBack(transport);
        }
        foreach (var holder in holders) holder.Reset();
        await Until.TrueAsync(
            async () => (await host.Api.Otlp.SendAsync(Transport.Json, tenant.Ingest, "{}")).IsSuccess, Patience, "the memory is free", TestContext.Current.CancellationToken);
        Assert.Equal(0, await host.Database.EventsInLogAsync(tenant));
    }
}

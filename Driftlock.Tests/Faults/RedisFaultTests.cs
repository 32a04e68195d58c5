using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Driftlock.Tests.EndToEnd;
using Driftlock.Tests.Reliability;
using Driftlock.Tests.Storage;

namespace Driftlock.Tests.Faults;

/// <summary>Redis makes news faster and limits common. Nothing else is missed while it is away, slow or silent.</summary>
public sealed class RedisFaultTests(FaultServers servers, ITestOutputHelper output) : IClassFixture<FaultServers>
{
    private const int Probes = 20;

    /// <summary>
    /// A request has two limits, and waits 250 ms for Redis in each at most, then asks no more for a second. Five seconds are what the client
    /// library would wait for one answer: who waited that long would not have been spared.
    /// </summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    private readonly LoadedSystem _system = servers.System;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("gone")]
    [InlineData("silent")]
    [InlineData("slow")]
    public async Task Whatever_redis_does_requests_are_answered_and_every_anomaly_reaches_the_live_clients_once(string fault)
    {
        await using var load = await _system.BeginLoadAsync();
        using var client = new HttpClient { BaseAddress = _system.Rest };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", LoggedStore.ApiKey);
        await using var live = await LiveStream.OpenAsync(client);

        await BeginAsync(fault);
        await load.AnomalyFoundAsync();
        var longest = TimeSpan.Zero;
        for (var probe = 0; probe < Probes; probe++)
        {
            var asked = Stopwatch.GetTimestamp();
            (await client.GetAsync(new Uri("api/v1/me", UriKind.Relative), Cancellation)).EnsureSuccessStatusCode();
            longest = longest > Stopwatch.GetElapsedTime(asked) ? longest : Stopwatch.GetElapsedTime(asked);
        }
        await EndAsync(fault);
        load.FaultEnded();
        await load.AcknowledgedAsync(60);
        await load.SettleAsync(output, string.Create(CultureInfo.InvariantCulture, $"Redis {fault} and back (longest of {Probes} requests meanwhile {longest.TotalSeconds:0.00} s)"));
        Assert.True(longest < Bound, $"a request took {longest}");

        // The first to arrive says where this client began; from there on there is neither a gap nor a repetition.
        var first = (await live.ReadAsync(1))[0].Sequence;
        var stored = await _system.Store.Store.DataSource.ColumnAsync($"SELECT id FROM anomalies WHERE sequence >= {first} ORDER BY sequence");
        Assert.Equal(stored, (await live.ReadAsync(stored.Count)).Select(anomaly => anomaly.Id));
    }

    private async Task BeginAsync(string fault)
    {
        switch (fault)
        {
            case "gone":
                await servers.Redis.StopAsync("KILL");
                break;
            case "silent":
                _system.RedisLine!.Stall();
                break;
            default:
                _system.RedisLine!.Delay = TimeSpan.FromMilliseconds(400);
                break;
        }
    }

    private async Task EndAsync(string fault)
    {
        if (fault == "gone") await servers.Redis.StartAsync();
        else _system.RedisLine!.Mend();
    }
}

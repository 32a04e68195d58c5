using System.Net;
using Driftlock.Tests.Api;
using Driftlock.Tests.Fixtures;

namespace Driftlock.Tests.Limits;

[Collection(SecondApi.Name)]
public sealed class RateLimitTests(ApiHost host)
{
    private const string Me = "api/v1/me";

    [Fact]
    public async Task Beyond_the_burst_a_caller_is_told_to_wait_and_others_are_not()
    {
        await using var api = await StartAsync(redis: null);
        var (tenant, other) = (await host.AddTenantAsync(), await host.AddTenantAsync());
        for (var i = 0; i < 5; i++)
        {
            var taken = await api.GetAsync(tenant.Read, Me);
            Assert.Equal(HttpStatusCode.OK, taken.Status);
            Assert.Contains($"\"caller\";r={4 - i}", string.Join(", ", taken.Response.Headers.GetValues("RateLimit")), StringComparison.Ordinal);
            Assert.Contains("\"caller\";q=5", string.Join(", ", taken.Response.Headers.GetValues("RateLimit-Policy")), StringComparison.Ordinal);
        }
        var refused = (await api.GetAsync(tenant.Read, Me)).IsProblem(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.InRange(refused.Response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 21);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync(tenant.Admin, Me)).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync(other.Read, Me)).Status);
    }

    [Theory]
    [InlineData(Transport.Json)]
    [InlineData(Transport.Grpc)]
    public async Task A_sender_of_telemetry_is_told_so_in_its_own_way_and_may_try_again(Transport transport)
    {
        await using var api = await StartAsync(redis: null);
        var tenant = await host.AddTenantAsync();
        for (var i = 0; i < 5; i++) Assert.True((await api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Logs("shop", [$"line {i}"]))).IsSuccess);
        var refused = await api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Logs("shop", ["one more"]));
        Assert.False(refused.IsSuccess);
        if (transport == Transport.Grpc) Assert.Equal(14, refused.Grpc);
        else Assert.Equal(429, refused.Http);
        Assert.NotNull(refused.RetryAfter);
    }

    [Fact]
    public async Task Two_replicas_share_a_bucket_through_Redis_and_each_goes_on_alone_without_it()
    {
        await using var redis = new RedisServer();
        await redis.InitializeAsync();
        await using var first = await StartAsync(redis.ConnectionString);
        await using var second = await StartAsync(redis.ConnectionString);
        var tenant = await host.AddTenantAsync();
        await WaitForRedisAsync(first, second);
        var together = 0;
        for (var i = 0; i < 6; i++)
        {
            if ((await first.GetAsync(tenant.Read, Me)).Status == HttpStatusCode.OK) together++;
            if ((await second.GetAsync(tenant.Read, Me)).Status == HttpStatusCode.OK) together++;
        }
        Assert.InRange(together, 5, 6);
        await redis.StopAsync();
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync(tenant.Read, Me)).Status);
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync(tenant.Read, Me)).Status);
    }

    [Fact]
    public async Task Attempts_to_sign_in_from_one_address_are_limited()
    {
        await using var api = await ApiServer.StartAsync(host.Database.ConnectionString, ("RateLimits__SignInPerMinute", "0.1"));
        const string body = """{"email":"nobody@example.org","password":"not the password"}""";
        for (var i = 0; i < 20; i++) (await api.SendAsync(null, HttpMethod.Post, "api/v1/auth/sign-in", body)).IsProblem(HttpStatusCode.Unauthorized, "sign_in_failed");
        (await api.SendAsync(null, HttpMethod.Post, "api/v1/auth/sign-in", body)).IsProblem(HttpStatusCode.TooManyRequests, "rate_limited");
    }

    [Fact]
    public async Task A_limit_that_is_none_stops_the_start_and_names_the_key() => Assert.Contains(
        "RateLimits",
        (await Assert.ThrowsAsync<InvalidOperationException>(() => ApiServer.StartAsync(host.Database.ConnectionString, ("RateLimits__CallerBurst", "0")))).Message,
        StringComparison.Ordinal);

    /// <summary>A token every 20 seconds: none comes back while a test runs.</summary>
    private Task<ApiServer> StartAsync(string? redis) => ApiServer.StartAsync(host.Database.ConnectionString,
    [
        ("RateLimits__CallerPerSecond", "0.05"), ("RateLimits__CallerBurst", "5"), .. redis is null ? Array.Empty<(string, string)>() : [("ConnectionStrings__redis", redis)],
    ]);

    private async Task WaitForRedisAsync(params ApiServer[] apis)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        foreach (var api in apis)
        {
            while (!api.Log.Contains("pushed through Redis", StringComparison.Ordinal)) await Task.Delay(50, patience.Token);
            // The connection for limits is another one; a caller that nobody counts shows when it is there.
            for (var key = (await host.AddTenantAsync()).Read; ; key = (await host.AddTenantAsync()).Read)
            {
                var remaining = string.Join(", ", (await api.GetAsync(key, Me)).Response.Headers.GetValues("RateLimit"));
                if (remaining.Contains("\"caller\";r=4", StringComparison.Ordinal)) break;
                patience.Token.ThrowIfCancellationRequested();
            }
        }
    }
}

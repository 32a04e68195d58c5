using System.Net;
using System.Text.Json;
using Driftlock.Tests.Api;
using Driftlock.Tests.Fixtures;
using StackExchange.Redis;

namespace Driftlock.Tests.Caching;

/// <summary>Who bears a secret is remembered, and nothing stale is ever an authorization.</summary>
[Collection(SecondApi.Name)]
public sealed class CredentialCacheTests(ApiHost host)
{
    private const string Me = "api/v1/me";
    private const string Lookups = "driftlock_cache_lookups_total";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Behind the Api's back, as another replica or an operator with psql would.</summary>
    [Theory]
    [InlineData("UPDATE api_keys SET revoked_at = now() - interval '1 s' WHERE tenant_id = {0} RETURNING 1")]
    [InlineData("UPDATE api_keys SET expires_at = now() - interval '1 s' WHERE tenant_id = {0} RETURNING 1")]
    [InlineData("UPDATE api_keys SET secret_hash = sha256(secret_hash) WHERE tenant_id = {0} RETURNING 1")]
    [InlineData("DELETE FROM api_keys WHERE tenant_id = {0} RETURNING 1")]
    [InlineData("UPDATE tenants SET disabled_at = now() WHERE id = {0} RETURNING 1")]
    public async Task What_ends_in_the_store_ends_with_the_next_request(string statement)
    {
        var tenant = await host.AddTenantAsync();
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.OK, (await host.Api.GetAsync(tenant.Read, Me)).Status);
        await host.Database.ScalarAsync<int>(string.Format(null, statement, tenant.Id));
        (await host.Api.GetAsync(tenant.Read, Me)).IsProblem(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task A_key_that_loses_a_scope_has_lost_it_with_the_next_request()
    {
        var tenant = await host.AddTenantAsync();
        Assert.Equal(HttpStatusCode.OK, (await host.Api.GetAsync(tenant.Admin, "api/v1/admin/api-keys")).Status);
        await host.Database.ScalarAsync<int>($"UPDATE api_keys SET scopes = 2 WHERE tenant_id = {tenant.Id} RETURNING 1");
        (await host.Api.GetAsync(tenant.Admin, "api/v1/admin/api-keys")).IsProblem(HttpStatusCode.Forbidden, "forbidden");
    }

    [Theory]
    [InlineData("DELETE FROM user_sessions WHERE user_id = '{0}' RETURNING 1")]
    [InlineData("UPDATE users SET disabled_at = now() WHERE id = '{0}' RETURNING 1")]
    [InlineData("DELETE FROM users WHERE id = '{0}' RETURNING 1")]
    public async Task A_session_ends_with_its_row_or_its_user(string statement)
    {
        var tenant = await host.AddTenantAsync();
        var user = await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/users", $$"""{"email":"u{{tenant.Id}}@example.org","role":"viewer","password":"seven cranes over a lake"}""");
        var id = user.Json.GetProperty("id").GetString()!;
        var signedIn = await host.Api.SendAsync(null, HttpMethod.Post, "api/v1/auth/sign-in", $$"""{"email":"u{{tenant.Id}}@example.org","password":"seven cranes over a lake"}""");
        var token = signedIn.Json.GetProperty("token").GetString()!;
        for (var i = 0; i < 2; i++) Assert.Equal(HttpStatusCode.OK, (await host.Api.GetAsync(token, Me)).Status);
        await host.Database.ScalarAsync<int>(string.Format(null, statement, id));
        (await host.Api.GetAsync(token, Me)).IsProblem(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task A_key_is_looked_up_once_by_a_replica_and_another_replica_finds_it_in_Redis()
    {
        await using var redis = new RedisServer();
        await redis.InitializeAsync();
        // In a database of its own, since what other tests revoke makes all of this one's keys be looked up again.
        var server = new PostgresServer();
        await using var _ = server;
        await server.InitializeAsync();
        await using var database = await ApiDatabase.CreateAsync(server);
        var tenant = await database.AddTenantAsync();
        await using var first = await StartAsync(database, redis);
        await using var second = await StartAsync(database, redis);

        for (var i = 0; i < 50; i++) Assert.Equal(HttpStatusCode.OK, (await first.GetAsync(tenant.Read, Me)).Status);
        var found = await Scrape.OfAsync(first.Rest);
        Assert.Equal((1, 49), (found.Sum(Lookups, "area=\"caller\"", "place=\"store\""), found.Sum(Lookups, "area=\"caller\"", "place=\"near\"")));

        using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var (shared, _) = await SharedAsync(first, database, connection);
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync(shared.Admin, Me)).Status);
        Assert.Equal(1, (await Scrape.OfAsync(second.Rest)).Sum(Lookups, "area=\"caller\"", "place=\"shared\""));
    }

    [Fact]
    public async Task What_somebody_writes_into_Redis_authorizes_nobody()
    {
        await using var redis = new RedisServer();
        await redis.InitializeAsync();
        await using var first = await StartAsync(host.Database, redis);
        using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var store = connection.GetDatabase();
        var ((strong, ofStrong), (weak, ofWeak)) = (await SharedAsync(first, host.Database, connection), await SharedAsync(first, host.Database, connection));
        // What is kept of the strong key, under the weak key's name.
        await store.StringSetAsync(ofWeak, await store.StringGetAsync(ofStrong));

        await using var second = await StartAsync(host.Database, redis);
        var answer = await second.GetAsync(weak.Admin, Me);
        Assert.Equal(weak.Name, answer.Json.GetProperty("tenant").GetString());
        await store.StringSetAsync(ofWeak, JsonSerializer.Serialize(new { tenantId = strong.Id }));
        await using var third = await StartAsync(host.Database, redis);
        Assert.Equal(weak.Name, (await third.GetAsync(weak.Admin, Me)).Json.GetProperty("tenant").GetString());
    }

    /// <summary>A tenant whose admin key this Api has put into Redis. It does not wait for Redis, so it may take more than one.</summary>
    private static async Task<(TestTenant Tenant, RedisKey Key)> SharedAsync(ApiServer api, ApiDatabase database, ConnectionMultiplexer connection)
    {
        var known = Keys(connection);
        while (true)
        {
            var tenant = await database.AddTenantAsync();
            Assert.Equal(HttpStatusCode.OK, (await api.GetAsync(tenant.Admin, Me)).Status);
            for (var i = 0; i < 20; i++)
            {
                if (Keys(connection).Except(known).ToList() is [var key]) return (tenant, key);
                await Task.Delay(20, Cancellation);
            }
        }
    }

    private static List<RedisKey> Keys(ConnectionMultiplexer connection) => [.. connection.GetServer(connection.GetEndPoints()[0]).Keys(pattern: "driftlock:cache:caller:*")];

    private static async Task<ApiServer> StartAsync(ApiDatabase database, RedisServer redis)
    {
        var api = await ApiServer.StartAsync(database.ConnectionString, ("ConnectionStrings__redis", redis.ConnectionString));
        while (!api.Log.Contains("Live updates are pushed through Redis", StringComparison.Ordinal)) await Task.Delay(20, Cancellation);
        return api;
    }
}

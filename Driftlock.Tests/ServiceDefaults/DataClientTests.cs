using Driftlock.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql;
using StackExchange.Redis;

namespace Driftlock.Tests.ServiceDefaults;

public sealed class DataClientTests(PostgresServer postgres, RedisServer redis) : IClassFixture<PostgresServer>, IClassFixture<RedisServer>
{
    [Fact]
    public async Task A_context_writes_and_reads_and_reports_its_health()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var host = await HostAsync("driftlock", await postgres.CreateDatabaseAsync(cancel), b => b.AddNpgsqlDbContext<Notes>("driftlock"));
        await using var scope = host.Services.CreateAsyncScope();
        var notes = scope.ServiceProvider.GetRequiredService<Notes>();
        await notes.Database.EnsureCreatedAsync(cancel);
        notes.All.Add(new Note { Text = "kept" });
        await notes.SaveChangesAsync(cancel);

        Assert.Equal("kept", (await notes.All.AsNoTracking().SingleAsync(cancel)).Text);
        Assert.True(notes.Database.CreateExecutionStrategy().RetriesOnFailure);
        Assert.Equal(HealthStatus.Healthy, await HealthAsync(host, nameof(Notes)));
    }

    [Fact]
    public async Task A_data_source_answers_and_reports_its_health()
    {
        using var host = await HostAsync("driftlock", postgres.ConnectionString, b => b.AddNpgsqlDataSource("driftlock"));
        await using var command = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT 42");

        Assert.Equal(42, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HealthStatus.Healthy, await HealthAsync(host, "PostgreSql"));
    }

    [Fact]
    public async Task Redis_takes_the_password_of_the_connection_string()
    {
        using var host = await HostAsync("redis", redis.ConnectionString, b => b.AddRedisClient("redis"));
        var database = host.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();
        await database.StringSetAsync("greeting", "hello");

        Assert.Equal("hello", (string?)await database.StringGetAsync("greeting"));
        Assert.Equal(HealthStatus.Healthy, await HealthAsync(host, "StackExchange.Redis"));
    }

    [Fact]
    public async Task Redis_with_a_wrong_password_is_not_healthy()
    {
        using var host = await HostAsync("redis", $"127.0.0.1:{redis.Port},password=wrong,connectTimeout=500", b => b.AddRedisClient("redis"));

        Assert.Equal(HealthStatus.Unhealthy, await HealthAsync(host, "StackExchange.Redis"));
    }

    [Fact]
    public async Task A_service_starts_without_redis_and_finds_it_when_it_comes()
    {
        await using var late = new RedisServer();
        await late.InitializeAsync();
        await late.StopAsync();
        using var host = await HostAsync("redis", late.ConnectionString + ",connectTimeout=500", b => b.AddRedisClient("redis"));
        var connection = host.Services.GetRequiredService<IConnectionMultiplexer>();
        Assert.Equal(HealthStatus.Unhealthy, await HealthAsync(host, "StackExchange.Redis"));

        await late.StartAsync();

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (await HealthAsync(host, "StackExchange.Redis") != HealthStatus.Healthy)
        {
            await Task.Delay(50, patience.Token);
        }

        Assert.True(connection.IsConnected);
    }

    private static async Task<IHost> HostAsync(string name, string connectionString, Action<HostApplicationBuilder> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection([new($"ConnectionStrings:{name}", connectionString)]);
        add(builder);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    private static async Task<HealthStatus> HealthAsync(IHost host, string check)
    {
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        return report.Entries[check].Status;
    }

    private sealed class Notes(DbContextOptions<Notes> options) : DbContext(options)
    {
        public DbSet<Note> All => Set<Note>();
    }

    private sealed class Note
    {
        public int Id { get; init; }

        public required string Text { get; init; }
    }
}

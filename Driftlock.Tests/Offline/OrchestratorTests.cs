using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.Testing;
using Npgsql;

namespace Driftlock.Tests.Offline;

public sealed class OrchestratorTests
{
    [Fact]
    public async Task Servers_answer_with_authentication_and_are_gone_after_dispose()
    {
        Host.SkipWithRealAspire();
        var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddPostgres("postgres").AddDatabase("books");
        builder.AddRedis("redis");
        var app = await builder.BuildAsync(TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        await Host.HealthyAsync(app, "books");
        await Host.HealthyAsync(app, "redis");
        var (postgres, redis) = (await Host.RunningPidAsync(app, "postgres"), await Host.RunningPidAsync(app, "redis"));
        var connectionString = await app.GetConnectionStringAsync("books", TestContext.Current.CancellationToken);
        Assert.Equal("books", await ScalarAsync(connectionString!, "SELECT current_database()"));
        Assert.Equal("on", await ScalarAsync(connectionString!, "SHOW fsync"));
        var wrong = new NpgsqlConnectionStringBuilder(connectionString) { Password = "wrong", Pooling = false };
        var refused = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(wrong.ConnectionString, "SELECT ''"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);

        await app.DisposeAsync();

        Assert.False(Host.IsAlive(postgres));
        Assert.False(Host.IsAlive(redis));
        using var client = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync("127.0.0.1", wrong.Port, TestContext.Current.CancellationToken).AsTask());
    }

    [Fact]
    public async Task A_killed_server_is_started_again_with_its_data()
    {
        Host.SkipWithRealAspire();
        var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddPostgres("postgres").AddDatabase("books");
        await using var app = await builder.BuildAsync(TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        await Host.HealthyAsync(app, "books");
        var connectionString = $"{await app.GetConnectionStringAsync("books", TestContext.Current.CancellationToken)};Pooling=false";
        await ScalarAsync(connectionString, "CREATE TABLE kept AS SELECT 'here' AS word");
        var first = await Host.RunningPidAsync(app, "postgres");

        Host.Kill(first);

        var second = await Host.RunningPidAsync(app, "postgres", except: first);
        await Host.HealthyAsync(app, "postgres");
        Assert.NotEqual(first, second);
        Assert.Equal("here", await ScalarAsync(connectionString, "SELECT word FROM kept"));
    }

    [Fact]
    public async Task Two_hosts_at_once_share_neither_ports_nor_data_nor_passwords()
    {
        Host.SkipWithRealAspire();
        var strings = await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            var builder = DistributedApplicationTestingBuilder.Create();
            builder.AddPostgres("postgres", port: 5432).WithDataVolume().AddDatabase("books");
            await using var app = await builder.BuildAsync(TestContext.Current.CancellationToken);
            await app.StartAsync(TestContext.Current.CancellationToken);
            await Host.HealthyAsync(app, "books");
            var text = await app.GetConnectionStringAsync("books", TestContext.Current.CancellationToken);
            await ScalarAsync($"{text};Pooling=false", "CREATE TABLE mine AS SELECT '' AS word");
            return new NpgsqlConnectionStringBuilder(text);
        }));
        Assert.NotEqual(strings[0].Port, strings[1].Port);
        Assert.NotEqual(strings[0].Password, strings[1].Password);
    }

    [Fact]
    public async Task Commands_stop_and_start_a_resource()
    {
        Host.SkipWithRealAspire();
        var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddExecutable("idle", "sleep", "/", "1000");
        await using var app = await builder.BuildAsync(TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        var first = await Host.RunningPidAsync(app, "idle");

        var stopped = await app.ResourceCommands.ExecuteCommandAsync("idle", "stop", TestContext.Current.CancellationToken);
        Assert.True(stopped.Success);
        Assert.False(Host.IsAlive(first));

        await app.ResourceCommands.ExecuteCommandAsync("idle", "start", TestContext.Current.CancellationToken);
        Assert.True(Host.IsAlive(await Host.RunningPidAsync(app, "idle", except: first)));
    }

    private static async Task<string?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // Constant texts of this class.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) as string;
    }
}

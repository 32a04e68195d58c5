using Npgsql;

namespace Driftlock.Tests.Fixtures;

public sealed class FixtureTests(PostgresServer postgres, RedisServer redis) : IClassFixture<PostgresServer>, IClassFixture<RedisServer>
{
    [Fact]
    public async Task A_database_of_the_fixture_survives_a_crash_of_its_server()
    {
        var cancel = TestContext.Current.CancellationToken;
        var database = await postgres.CreateDatabaseAsync(cancel);
        await ExecuteAsync(database, "CREATE TABLE t (n int); INSERT INTO t VALUES (7)");

        await postgres.StopAsync("KILL");
        await postgres.StartAsync();

        Assert.Equal(7, await ExecuteAsync(database, "SELECT n FROM t"));
    }

    [Fact]
    public async Task Redis_starts_again_on_its_port()
    {
        var before = redis.ConnectionString;
        await redis.StopAsync();
        await redis.StartAsync();
        Assert.Equal(before, redis.ConnectionString);
    }

    private static async Task<object?> ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}

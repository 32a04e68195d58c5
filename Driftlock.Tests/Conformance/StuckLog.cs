using Driftlock.Tests.Api;
using Npgsql;

namespace Driftlock.Tests.Conformance;

/// <summary>While it lasts, nothing is appended: another session holds the head rows of all partitions.</summary>
internal sealed class StuckLog : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private StuckLog(NpgsqlConnection connection) => _connection = connection;

    public static async Task<StuckLog> BeginAsync(ApiDatabase database)
    {
        var connection = new NpgsqlConnection(database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("BEGIN; SELECT id FROM log_partitions FOR UPDATE", connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return new StuckLog(connection);
    }

    /// <summary>The transaction ends with its session.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}

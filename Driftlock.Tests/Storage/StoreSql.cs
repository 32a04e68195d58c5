using Npgsql;

namespace Driftlock.Tests.Storage;

/// <summary>Constant texts of tests, run on their own database.</summary>
internal static class StoreSql
{
    public static async Task ExecuteAsync(this NpgsqlDataSource dataSource, string sql)
    {
        await using var command = Command(dataSource, sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public static async Task<T> ScalarAsync<T>(this NpgsqlDataSource dataSource, string sql)
    {
        await using var command = Command(dataSource, sql);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    /// <summary>The first column of every row, as text.</summary>
    public static async Task<IReadOnlyList<string>> ColumnAsync(this NpgsqlDataSource dataSource, string sql)
    {
        var values = new List<string>();
        await using var command = Command(dataSource, sql);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken)) values.Add(reader.GetValue(0).ToString()!);
        return values;
    }

#pragma warning disable CA2100
    private static NpgsqlCommand Command(NpgsqlDataSource dataSource, string sql) => dataSource.CreateCommand(sql);
#pragma warning restore CA2100
}

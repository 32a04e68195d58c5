using System.Diagnostics;
using Driftlock.Cli;
using Npgsql;
using NpgsqlTypes;

namespace Driftlock.Benchmarks.Load;

/// <summary>
/// What Postgres alone takes of the same bytes: the newest payloads of the event log, by COPY into an ordinary (logged, indexed) table of
/// the same shape in the same database, committed as often as the log commits at most. The table is dropped at the end.
/// </summary>
internal static class RawCopy
{
    private const long MostBytes = 64L << 20;
    private const int MostRows = 20_000;

    /// <summary>As EventLog:BatchBytes and EventLog:BatchRequests are by default: the log's own transactions are this large at most.</summary>
    private const long BytesATransaction = 16L << 20;

    private const int RowsATransaction = 512;
    private const string Table = "load_runner_copy";

    internal sealed record Result(double RecordsPerSecond, double MegabytesPerSecond, int Transactions);

    /// <exception cref="InputException">The database cannot be reached, or its log holds no events.</exception>
    public static async Task<Result> MeasureAsync(string connectionString, CancellationToken cancellationToken)
    {
        try
        {
            await using var dataSource = NpgsqlDataSource.Create(connectionString);
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            var rows = await ReadAsync(connection, cancellationToken);
            if (rows.Count == 0) throw new InputException("--postgres: the event log holds no events to copy");
            await ExecuteAsync(connection, $"DROP TABLE IF EXISTS {Table}; CREATE TABLE {Table} (LIKE log_entries INCLUDING DEFAULTS INCLUDING INDEXES INCLUDING STORAGE INCLUDING COMPRESSION)", cancellationToken);
            try
            {
                var clock = Stopwatch.StartNew();
                var transactions = await CopyAsync(connection, rows, cancellationToken);
                var seconds = clock.Elapsed.TotalSeconds;
                return new Result(rows.Sum(row => (double)row.Events) / seconds, rows.Sum(row => (double)row.Payload.Length) / seconds / 1e6, transactions);
            }
            finally
            {
                await ExecuteAsync(connection, $"DROP TABLE {Table}", CancellationToken.None);
            }
        }
        catch (Exception e) when (e is NpgsqlException or ArgumentException)
        {
            throw new InputException($"--postgres: {e.Message}");
        }
    }

    private static async Task<List<Row>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT event_count, received_unix_nano, payload FROM log_entries WHERE kind = 1 ORDER BY received_unix_nano DESC LIMIT $1", connection)
        {
            Parameters = { new() { Value = MostRows } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (rows, bytes) = (new List<Row>(), 0L);
        while (bytes < MostBytes && await reader.ReadAsync(cancellationToken))
        {
            var row = new Row(reader.GetInt32(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2));
            rows.Add(row);
            bytes += row.Payload.Length;
        }
        return rows;
    }

    private static async Task<int> CopyAsync(NpgsqlConnection connection, List<Row> rows, CancellationToken cancellationToken)
    {
        var (transactions, next) = (0, 0);
        while (next < rows.Count)
        {
            await using var writer = await connection.BeginBinaryImportAsync(
                $"""COPY {Table} (partition_id, "offset", segment, tenant_id, kind, event_count, received_unix_nano, payload) FROM STDIN (FORMAT BINARY)""", cancellationToken);
            for (var (bytes, first) = (0L, next); next < rows.Count && bytes < BytesATransaction && next - first < RowsATransaction; next++)
            {
                var row = rows[next];
                await writer.StartRowAsync(cancellationToken);
                await writer.WriteAsync(0, NpgsqlDbType.Integer, cancellationToken);
                await writer.WriteAsync((long)next, NpgsqlDbType.Bigint, cancellationToken);
                await writer.WriteAsync(0, NpgsqlDbType.Integer, cancellationToken);
                await writer.WriteAsync(1, NpgsqlDbType.Integer, cancellationToken);
                await writer.WriteAsync((short)1, NpgsqlDbType.Smallint, cancellationToken);
                await writer.WriteAsync(row.Events, NpgsqlDbType.Integer, cancellationToken);
                await writer.WriteAsync(row.Received, NpgsqlDbType.Bigint, cancellationToken);
                await writer.WriteAsync(row.Payload, NpgsqlDbType.Bytea, cancellationToken);
                bytes += row.Payload.Length;
            }
            await writer.CompleteAsync(cancellationToken);
            transactions++;
        }
        return transactions;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private sealed record Row(int Events, long Received, byte[] Payload);
}

using Driftlock.Tests.Fixtures;
using Npgsql;

namespace Driftlock.Tests.Faults;

/// <summary>The disk of Postgres is full, for tables or for the write-ahead log, too, without which the server goes down. It needs a small disk, and so root.</summary>
public sealed class DiskFullTests(ITestOutputHelper output)
{
    private const int DiskMebibytes = 160;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="isLogFull">The write-ahead log has used up what it had in advance, too.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_the_disk_is_full_senders_are_told_to_try_again_and_with_room_all_goes_on(bool isLogFull)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "a disk of its own can only be mounted by root");
        await using var postgres = new PostgresServer { DiskMebibytes = DiskMebibytes };
        await postgres.InitializeAsync();
        await using var system = await LoadedSystem.StartAsync(postgres);
        await using var load = await system.BeginLoadAsync();
        await load.AcknowledgedAsync(100);
        postgres.FillDisk();
        if (isLogFull) await FillLogAsync(postgres);
        await load.MetOutageAsync(24);
        var isUp = await AnswersAsync(postgres);
        Assert.Equal(!isLogFull, isUp);
        postgres.FreeDisk();
        // As whoever keeps the server running would: it does not come back by itself from a log that it could not write.
        if (!isUp)
        {
            await postgres.StopAsync("KILL");
            await postgres.StartAsync();
        }
        load.FaultEnded();
        system.Store.Store.DataSource.Clear();
        await load.AcknowledgedAsync(30);
        await load.SettleAsync(output, $"disk of Postgres full{(isLogFull ? ", also for its write-ahead log, and the server went down" : "")}");
        if (isUp) Assert.Contains("No space left on device", system.Api.Log, StringComparison.Ordinal);
    }

    /// <summary>Writes to the log and nowhere else until the server gives in.</summary>
    private static async Task FillLogAsync(PostgresServer postgres)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Cancellation);
        await using var write = new NpgsqlCommand("SELECT pg_logical_emit_message(false, 'ballast', repeat('x', 1000000))", connection);
        await Assert.ThrowsAnyAsync<NpgsqlException>(async () =>
        {
            while (true) await write.ExecuteNonQueryAsync(Cancellation);
        });
    }

    private static async Task<bool> AnswersAsync(PostgresServer postgres)
    {
        try
        {
            await using var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false;Timeout=5");
            await connection.OpenAsync(Cancellation);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}

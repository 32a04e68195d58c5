using Driftlock.Storage.Audit;
using Driftlock.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Driftlock.Tests.Storage;

[Collection(StoreServer.Name)]
public sealed class AppendOnlyTests(PostgresServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("UPDATE audit_log SET actor_name = 'somebody else'")]
    [InlineData("DELETE FROM audit_log")]
    [InlineData("TRUNCATE audit_log")]
    [InlineData("UPDATE evidence_chain SET content_hash = ''")]
    [InlineData("DELETE FROM evidence_chain")]
    [InlineData("TRUNCATE evidence_chain")]
    public async Task The_database_refuses_to_alter_or_delete_what_was_recorded(string sql)
    {
        await using var store = await Store.CreateAsync(server);
        await AppendAsync(store, 1);
#pragma warning disable CA2100 // Constant texts of this class.
        await using var command = store.DataSource.CreateCommand(sql);
#pragma warning restore CA2100
        Assert.Equal("23001", (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancellation))).SqlState);
    }

    [Fact]
    public async Task Entries_written_at_once_by_many_follow_one_another_without_gaps()
    {
        await using var store = await Store.CreateAsync(server);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AppendAsync(store, 3)));
        await using var database = store.Context();
        var entries = await database.AuditLog.Where(entry => entry.TenantId == 1).OrderBy(entry => entry.Position).ToListAsync(Cancellation);
        Assert.Equal(Enumerable.Range(1, 60).Select(position => (long)position), entries.Select(entry => entry.Position));
        Assert.All(entries, entry => Assert.Equal(AuditLog.HashOf(entry), entry.Hash));
        Assert.All(entries.Zip(entries.Skip(1)), pair => Assert.Equal(pair.First.Hash, pair.Second.PreviousHash));
    }

    [Fact]
    public async Task A_change_that_is_rolled_back_leaves_no_entry()
    {
        await using var store = await Store.CreateAsync(server);
        await using (var connection = await store.DataSource.OpenConnectionAsync(Cancellation))
        await using (await connection.BeginTransactionAsync(Cancellation))
        {
            await AuditLog.AppendAsync(connection, 1, Actor.System, DateTimeOffset.UtcNow, [Record], Cancellation);
        }
        await using var database = store.Context();
        Assert.Empty(await database.AuditLog.ToListAsync(Cancellation));
    }

    private static AuditRecord Record => AuditRecord.Of("test.change", "a\nb", new { was = 1 }, new { @is = "2" });

    private static async Task AppendAsync(Store store, int records)
    {
        await using var connection = await store.DataSource.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await AuditLog.AppendAsync(connection, 1, Actor.System, DateTimeOffset.UtcNow, [.. Enumerable.Repeat(Record, records)], Cancellation);
        await transaction.CommitAsync(Cancellation);
    }
}

using Driftlock.Storage.Model;
using Npgsql;

namespace Driftlock.Storage.EventLog;

/// <summary>Appends what changes the engine to the log, inside the transaction that records the change: it holds from the offsets returned.</summary>
public static class SettingsLog
{
    /// <summary>To every partition, in their order.</summary>
    /// <param name="connection">With an open transaction.</param>
    public static async Task<long[]> AppendSettingsAsync(
        NpgsqlConnection connection, int tenant, byte[] settings, long receivedUnixNano, CancellationToken cancellationToken)
    {
        await using var count = new NpgsqlCommand("SELECT count(*)::int FROM log_partitions", connection);
        var partitions = (int)(await count.ExecuteScalarAsync(cancellationToken))!;
        var payload = EventPayload.Compress(settings);
        var entries = Enumerable.Range(0, partitions).Select(partition => new NewEntry(partition, LogEntryKind.Settings, 0, payload)).ToList();
        return await AppendTransaction.AppendAsync(connection, new AppendRequest(tenant, [], receivedUnixNano, entries), cancellationToken);
    }

    /// <param name="connection">With an open transaction.</param>
    public static async Task<long> AppendAnchorAsync(
        NpgsqlConnection connection, int tenant, int partition, AnchorCommand command, long receivedUnixNano, CancellationToken cancellationToken)
    {
        var entry = new NewEntry(partition, LogEntryKind.Anchor, 0, EventPayload.Compress(command.ToBytes()));
        return (await AppendTransaction.AppendAsync(connection, new AppendRequest(tenant, [], receivedUnixNano, [entry]), cancellationToken))[0];
    }
}

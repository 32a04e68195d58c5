using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;
using Driftlock.Storage.Upkeep;
using Driftlock.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Driftlock.Tests.Upkeep;

/// <summary>What time does to a store, without waiting for it: the rows are made older, since the days are the database's own.</summary>
internal static class AgedStore
{
    public static Task<UpkeepReport> UpkeepAsync(this Store store, RetentionOptions? keep = null) =>
        Store.Upkeep(store.DataSource, keep).RunAsync(TestContext.Current.CancellationToken);

    /// <summary>Everything that is in the log, and the heads, as if it had been received that many days earlier.</summary>
    public static Task AgeLogAsync(this Store store, int days) => store.DataSource.ExecuteAsync(
        $"UPDATE log_entries SET segment = segment - {days}; UPDATE log_partitions SET segment = segment - {days}");

    /// <summary>A log that nobody has read yet: it knows of no segment.</summary>
    public static PostgresEventLog OpenLog(this Store store) =>
        new(store.DataSource, Options.Create(new EventLogOptions()), TimeProvider.System, NullLogger<PostgresEventLog>.Instance);

    public static Task AppendAsync(this Store store, int partition, byte payload) => store.Log.AppendAsync(
        new AppendRequest(Tenant.DefaultId, [], payload, [new NewEntry(partition, LogEntryKind.Events, 1, [payload])]), TestContext.Current.CancellationToken);

    /// <summary>As if a detector had saved its state after everything that is in the log of every partition.</summary>
    public static Task SnapshotAllAsync(this Store store) => store.DataSource.ExecuteAsync(
        """
        INSERT INTO engine_snapshots (partition_id, stream_id, "offset", engine, state) SELECT id, 0, head_offset, 'an engine', '' FROM log_partitions
        ON CONFLICT (partition_id, stream_id) DO UPDATE SET "offset" = excluded."offset"
        """);

    public static Task<IReadOnlyList<string>> PartitionsAsync(this Store store, string table) => store.DataSource.ColumnAsync(
        $"SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = '{table}'::regclass ORDER BY 1");
}

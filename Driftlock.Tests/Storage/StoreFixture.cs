using Driftlock.Cbad;
using Driftlock.Storage;
using Driftlock.Storage.Detection;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Secrets;
using Driftlock.Storage.Upkeep;
using Driftlock.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Driftlock.Tests.Storage;

/// <summary>One real server for all storage tests; each test works in a database of its own.</summary>
[CollectionDefinition(Name)]
public sealed class StoreServer : ICollectionFixture<PostgresServer>
{
    public const string Name = "store";
}

/// <summary>A database that was set up as `driftlock migrate` does, with a running event log.</summary>
public sealed class Store : IAsyncDisposable
{
    public const int Partitions = 4;

    private Store(NpgsqlDataSource dataSource, PostgresEventLog log)
    {
        DataSource = dataSource;
        Log = log;
    }

    public NpgsqlDataSource DataSource { get; }

    public PostgresEventLog Log { get; }

    public static async Task<Store> CreateAsync(PostgresServer server, Action<EventLogOptions>? configure = null)
    {
        var dataSource = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        await using (var database = Context(dataSource))
        {
            using var keys = Keys(dataSource);
            await new DatabaseSetup(database, Upkeep(dataSource), keys, TimeProvider.System).RunAsync(
                Partitions, "a bootstrap key of good length", new EngineConfiguration(), TestContext.Current.CancellationToken);
        }
        var options = new EventLogOptions();
        configure?.Invoke(options);
        var log = new PostgresEventLog(dataSource, Options.Create(options), TimeProvider.System, NullLogger<PostgresEventLog>.Instance);
        await log.StartAsync(CancellationToken.None);
        return new Store(dataSource, log);
    }

    /// <summary>No master key is configured: the database keeps its own.</summary>
    public static KeyRingSource Keys(NpgsqlDataSource dataSource, string? masterKey = null, params string[] previous) => new(
        dataSource, Options.Create(new MasterKeyOptions { MasterKey = masterKey, PreviousMasterKeys = [.. previous] }), NullLogger<KeyRingSource>.Instance);

    /// <summary>With the default retention, unless told.</summary>
    public static PartitionUpkeep Upkeep(NpgsqlDataSource dataSource, RetentionOptions? keep = null, TimeProvider? time = null) =>
        new(dataSource, PartitionedTables.Of(keep ?? new RetentionOptions()), time ?? TimeProvider.System);

    public DatabaseSetup SetUp(DriftlockContext database) => new(database, Upkeep(DataSource), Keys(DataSource), TimeProvider.System);

    public VerdictStore Verdicts() => new(DataSource, Keys(DataSource), TimeProvider.System);

    public static DriftlockContext Context(NpgsqlDataSource dataSource) =>
        new(new DbContextOptionsBuilder<DriftlockContext>().UseNpgsql(dataSource).Options);

    public DriftlockContext Context() => Context(DataSource);

    public async ValueTask DisposeAsync()
    {
        await Log.StopAsync(CancellationToken.None);
        Log.Dispose();
        await DataSource.DisposeAsync();
    }
}

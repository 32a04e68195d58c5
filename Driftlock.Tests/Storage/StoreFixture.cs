using Driftlock.Cbad;
using Driftlock.Storage;
using Driftlock.Storage.EventLog;
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
            await new DatabaseSetup(database, TimeProvider.System).RunAsync(
                Partitions, "a bootstrap key of good length", new EngineConfiguration(), TestContext.Current.CancellationToken);
        }
        var options = new EventLogOptions();
        configure?.Invoke(options);
        var log = new PostgresEventLog(dataSource, Options.Create(options), TimeProvider.System, NullLogger<PostgresEventLog>.Instance);
        await log.StartAsync(CancellationToken.None);
        return new Store(dataSource, log);
    }

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

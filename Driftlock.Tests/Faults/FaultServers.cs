using Driftlock.Tests.Fixtures;

namespace Driftlock.Tests.Faults;

/// <summary>
/// One system for the tests of a class, which run one after the other and leave it whole: so a record that an earlier test sent is
/// looked for again in every later one.
/// </summary>
public sealed class FaultServers : IAsyncLifetime
{
    public PostgresServer Postgres { get; } = new();

    public RedisServer Redis { get; } = new();

    internal LoadedSystem System { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Task.WhenAll(Postgres.InitializeAsync().AsTask(), Redis.InitializeAsync().AsTask());
        System = await LoadedSystem.StartAsync(Postgres, Redis);
    }

    public async ValueTask DisposeAsync()
    {
        if (System is not null) await System.DisposeAsync();
        await Redis.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}

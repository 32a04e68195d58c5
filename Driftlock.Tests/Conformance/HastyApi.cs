using Driftlock.Tests.Api;
using Driftlock.Tests.Fixtures;

namespace Driftlock.Tests.Conformance;

/// <summary>An Api that gives the event log one second to confirm.</summary>
public sealed class HastyApi : IAsyncLifetime
{
    private readonly PostgresServer _postgres = new();

    public ApiDatabase Database { get; private set; } = null!;

    public ApiServer Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _postgres.InitializeAsync();
        Database = await ApiDatabase.CreateAsync(_postgres);
        Api = await ApiServer.StartAsync(Database.ConnectionString, ("EventLog__AppendTimeout", "00:00:01"));
    }

    public async ValueTask DisposeAsync()
    {
        if (Api is not null) await Api.DisposeAsync();
        if (Database is not null) await Database.DisposeAsync();
        await _postgres.DisposeAsync();
    }
}

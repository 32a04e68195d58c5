using Driftlock.Tests.Api;
using Driftlock.Tests.Fixtures;

namespace Driftlock.Tests.Alerts;

/// <summary>An Api whose operator lets alerts go to this machine, with its database to itself: any Api on a database sends what waits in it.</summary>
public sealed class AlertHost : IAsyncLifetime
{
    private readonly PostgresServer _postgres = new();

    public ApiDatabase Database { get; private set; } = null!;

    public ApiServer Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _postgres.InitializeAsync();
        Database = await ApiDatabase.CreateAsync(_postgres);
        Api = await ApiServer.StartAsync(
            Database.ConnectionString, ("Alerts__AllowedNetworks__0", "127.0.0.0/8"), ("Alerts__AllowHttp", "true"), ("Alerts__DashboardUrl", "https://driftlock.example.org/"));
    }

    public async ValueTask DisposeAsync()
    {
        if (Api is not null) await Api.DisposeAsync();
        if (Database is not null) await Database.DisposeAsync();
        await _postgres.DisposeAsync();
    }
}

using Driftlock.Tests.Api;
using Driftlock.Tests.Fixtures;

namespace Driftlock.Tests.Conformance;

/// <summary>An Api whose limits a small request reaches: one stream a tenant, 64 KiB a request, 256 KiB in all requests.</summary>
public sealed class LimitedApi : IAsyncLifetime
{
    public const int RequestBytes = 64 << 10;

    /// <summary>Requests of any size that fill the memory for bodies: 64 KiB is what each begins with.</summary>
    public const int InFlightRequests = 4;

    private readonly PostgresServer _postgres = new();

    public ApiDatabase Database { get; private set; } = null!;

    public ApiServer Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _postgres.InitializeAsync();
        Database = await ApiDatabase.CreateAsync(_postgres);
        Api = await ApiServer.StartAsync(
            Database.ConnectionString, ("Ingest__StreamsPerTenant", "1"), ("Ingest__RequestBytes", $"{RequestBytes}"), ("Ingest__InFlightBytes", $"{InFlightRequests * RequestBytes}"));
    }

    public async ValueTask DisposeAsync()
    {
        if (Api is not null) await Api.DisposeAsync();
        if (Database is not null) await Database.DisposeAsync();
        await _postgres.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class SharedLimitedApi : ICollectionFixture<LimitedApi>
{
    public const string Name = "limited api";
}

using Driftlock.Tests.Fixtures;

namespace Driftlock.Tests.Api;

/// <summary>
/// Postgres, Redis, one Api with its defaults and a Detector, shared by the tests of a collection: each test works in a tenant of its own.
/// </summary>
public sealed class ApiHost : IAsyncLifetime
{
    private readonly PostgresServer _postgres = new();
    private readonly RedisServer _redis = new();
    private readonly SemaphoreSlim _starting = new(1, 1);
    private ServiceProcess? _detector;

    public ApiDatabase Database { get; private set; } = null!;

    public ApiServer Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Task.WhenAll(_postgres.InitializeAsync().AsTask(), _redis.InitializeAsync().AsTask());
        Database = await ApiDatabase.CreateAsync(_postgres);
        Api = await ApiServer.StartAsync(Database.ConnectionString, ("ConnectionStrings__redis", _redis.ConnectionString),
            // All tests sign in from one address.
            ("RateLimits__SignInPerMinute", "600000"));
    }

    public Task<TestTenant> AddTenantAsync(string name = "tenant") => Database.AddTenantAsync(name);

    /// <summary>From now on what is in the log is judged.</summary>
    public async Task StartDetectorAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (_detector is not null) return;
            var address = new Uri($"http://127.0.0.1:{FreePort.Take()}");
            _detector = await ServiceProcess.StartAsync("Driftlock.Detector",
            [
                ("ConnectionStrings__driftlock", Database.ConnectionString),
                ("ConnectionStrings__redis", _redis.ConnectionString),
                ("ASPNETCORE_URLS", address.ToString()),
            ]);
            if (!await _detector.BecomesHealthyAsync(new Uri(address, "health"))) throw new InvalidOperationException($"The Detector ended: {_detector.Log}");
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_detector is not null) await _detector.DisposeAsync();
        if (Api is not null) await Api.DisposeAsync();
        if (Database is not null) await Database.DisposeAsync();
        await _redis.DisposeAsync();
        await _postgres.DisposeAsync();
        _starting.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class SharedApi : ICollectionFixture<ApiHost>
{
    public const string Name = "api";
}

/// <summary>The same once more, for about half of the tests: those of a collection run one after another, and many wait more than they work.</summary>
[CollectionDefinition(Name)]
public sealed class SecondApi : ICollectionFixture<ApiHost>
{
    public const string Name = "second api";
}

using System.Globalization;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Reliability;
using Driftlock.Tests.Storage;
using Npgsql;

namespace Driftlock.Tests.Faults;

/// <summary>
/// Postgres, Redis, an Api and a Detector as processes, with a <see cref="Line"/> of its own between each service and what it rests on. Limits
/// of time are shorter than the defaults, so that a run is; they decide when an outage is noticed, never what becomes of a record.
/// </summary>
internal sealed class LoadedSystem : IAsyncDisposable
{
    private const int Requests = 20_000;

    private readonly RedisServer? _redis;
    private readonly (int Api, int Http, int Grpc) _ports = (FreePort.Take(), FreePort.Take(), FreePort.Take());
    private ServiceProcess? _api;
    private ServiceProcess? _detector;
    private int _sent;

    private LoadedSystem(PostgresServer postgres, RedisServer? redis, LoggedStore store)
    {
        (_redis, Store) = (redis, store);
        (ApiLine, DetectorLine) = (new Line(postgres.Port), new Line(postgres.Port));
        RedisLine = redis is null ? null : new Line(redis.Port);
    }

    /// <summary>Repeats a run's records and moments, not the scheduler's part in it.</summary>
    public int Seed { get; } = int.Parse(Environment.GetEnvironmentVariable("DRIFTLOCK_FAULT_SEED") ?? $"{Random.Shared.Next()}", CultureInfo.InvariantCulture);

    public LoggedStore Store { get; }

    /// <summary>From the Api to Postgres.</summary>
    public Line ApiLine { get; }

    /// <summary>From the Detector to Postgres.</summary>
    public Line DetectorLine { get; }

    /// <summary>From both to Redis; null where there is none.</summary>
    public Line? RedisLine { get; }

    public Ledger Ledger { get; } = new(Requests);

    public ServiceProcess Api => _api!;

    public ServiceProcess Detector => _detector!;

    public Uri Rest => Local(_ports.Api);

    public Uri Http => Local(_ports.Http);

    public Uri Grpc => Local(_ports.Grpc);

    /// <param name="postgres">Runs; stays the caller's.</param>
    /// <param name="redis">Runs; stays the caller's. Null: nobody listens where Redis should be.</param>
    public static async Task<LoadedSystem> StartAsync(PostgresServer postgres, RedisServer? redis = null)
    {
        var system = new LoadedSystem(postgres, redis, await LoggedStore.CreateAsync(postgres));
        await ShiftedClock.InstallAsync(system.Store.Store.DataSource);
        await Task.WhenAll(system.StartApiAsync(), system.StartDetectorAsync());
        return system;
    }

    /// <summary>Programs begin to send where those before them ended. What an earlier test broke and left, because it failed, is whole again.</summary>
    public async Task<Load> BeginLoadAsync()
    {
        foreach (var line in new[] { ApiLine, DetectorLine, RedisLine }) line?.Mend();
        if (_api is null or { HasEnded: true }) await StartApiAsync();
        if (_detector is null or { HasEnded: true }) await StartDetectorAsync();
        return new Load(this, _sent, await AnomaliesAsync());
    }

    /// <summary>How many were found since the beginning.</summary>
    public Task<long> AnomaliesAsync() => Store.Store.DataSource.ScalarAsync<long>("SELECT count(*) FROM anomalies");

    public void Sent(int next) => _sent = next;

    public async Task StartApiAsync()
    {
        _api = await ServiceProcess.ApiAsync(
            Through(ApiLine), _ports.Http, _ports.Grpc,
            [
                ("ASPNETCORE_URLS", Rest.ToString()), ("EventLog__AppendTimeout", "00:00:02"), ("Database__StatementTimeout", "00:00:02"),
                ("Database__ConnectTimeout", "00:00:02"), ("RateLimits__CallerPerSecond", "400"), .. RedisSetting(),
            ]);
        if (!await _api.BecomesHealthyAsync(new Uri(Rest, "health"))) throw new InvalidOperationException($"The Api ended: {_api.LastLines()}");
    }

    public async Task StartDetectorAsync() => _detector = await ServiceProcess.DetectorAsync(
        Through(DetectorLine),
        [
            ("Detector__Lease", "00:00:01"), ("Detector__SnapshotEntries", "20"), ("Detector__BatchEntries", "16"), ("Database__StatementTimeout", "00:00:02"),
            ("Database__ConnectTimeout", "00:00:02"), .. RedisSetting(),
        ]);

    public async Task KillApiAsync()
    {
        await KillAsync(Api, ApiLine);
        _api = null;
    }

    public async Task KillDetectorAsync()
    {
        await KillAsync(Detector, DetectorLine);
        _detector = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_api is not null) await _api.DisposeAsync();
        if (_detector is not null) await _detector.DisposeAsync();
        await ApiLine.DisposeAsync();
        await DetectorLine.DisposeAsync();
        if (RedisLine is not null) await RedisLine.DisposeAsync();
        await Store.DisposeAsync();
    }

    /// <summary>With SIGKILL, of which Postgres learns because the process's sockets close: those behind the line, too.</summary>
    private static async Task KillAsync(ServiceProcess service, Line line)
    {
        await service.SignalAsync("KILL");
        await service.DisposeAsync();
        line.Cut();
        line.Breakpoint = null;
    }

    private string Through(Line line) => new NpgsqlConnectionStringBuilder(Store.ConnectionString) { Port = line.Port }.ConnectionString;

    private IEnumerable<(string, string)> RedisSetting() =>
        _redis is null ? [] : [("ConnectionStrings__redis", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{RedisLine!.Port},password={_redis.Password}"))];

    private static Uri Local(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
}

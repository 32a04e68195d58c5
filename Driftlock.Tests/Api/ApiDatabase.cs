using Driftlock.Cbad;
using Driftlock.Storage;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Identity;
using Driftlock.Storage.Model;
using Driftlock.Tests.Engine;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Storage;
using Npgsql;

namespace Driftlock.Tests.Api;

/// <summary>A tenant of one test alone, with a key of each role.</summary>
public sealed record TestTenant(int Id, string Name, string Admin, string Read, string Ingest);

/// <summary>What a test puts into the database behind the Api's back, and what it finds there.</summary>
public sealed class ApiDatabase : IAsyncDisposable
{
    /// <summary>Of an anomaly that the engine found.</summary>
    public static Lazy<Evidence> Evidence { get; } = new(() => LogEvents.Run(LogEvents.Ordinary(2000, 1).With(1512, "POSSIBLE BREAK-IN of <b>root</b> | `at` *once*"))
        .Single(verdict => verdict.Kind == VerdictKind.Anomaly).Evidence!);

    private static int s_tenants = Tenant.DefaultId;

    private readonly NpgsqlDataSource _dataSource;

    private ApiDatabase(string connectionString)
    {
        ConnectionString = connectionString;
        _dataSource = NpgsqlDataSource.Create(connectionString + ";Maximum Pool Size=8");
    }

    public string ConnectionString { get; }

    public static async Task<ApiDatabase> CreateAsync(PostgresServer server)
    {
        var database = new ApiDatabase(await server.CreateDatabaseAsync());
        await using var context = database.Context();
        await new DatabaseSetup(context, TimeProvider.System).RunAsync(2, null, new EngineConfiguration(), CancellationToken.None);
        return database;
    }

    public DriftlockContext Context() => Store.Context(_dataSource);

    public async Task<TestTenant> AddTenantAsync(string name = "tenant")
    {
        var id = Interlocked.Increment(ref s_tenants);
        var tenant = new TestTenant(id, $"{name}-{id}", ApiKeySecret.Create(), ApiKeySecret.Create(), ApiKeySecret.Create());
        await using var context = Context();
        context.Add(new Tenant { Id = id, Name = tenant.Name, CreatedAt = DateTimeOffset.UtcNow });
        context.AddRange(Key(tenant, ApiKeyRole.Admin, tenant.Admin), Key(tenant, ApiKeyRole.Read, tenant.Read), Key(tenant, ApiKeyRole.Ingest, tenant.Ingest));
        await context.SaveChangesAsync();
        return tenant;
    }

    /// <summary>Adds an anomaly as a detector would, with the next sequence number; <paramref name="change"/> may alter it first.</summary>
    public async Task<Anomaly> AddAnomalyAsync(TestTenant tenant, Action<Anomaly>? change = null)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        var evidence = EvidenceJson.Write(Evidence.Value);
        var anomaly = new Anomaly
        {
            Id = $"9-{Guid.NewGuid().GetHashCode() & int.MaxValue}-0", TenantId = tenant.Id, Sequence = await ScalarAsync<long>("SELECT nextval('anomaly_sequence')"),
            StreamId = 0x1234, Signal = 1, Service = "shop", StreamName = "Shop.Cart", Severity = Severity.Medium, Status = AnomalyStatus.Open,
            Score = 50, PValue = 0.001, ExcessBits = 200, AffectedShare = 0.02, Why = "a line nobody has seen", CostliestLine = "disk full", EventCount = 50,
            FirstEventTime = At(0), LastEventTime = At(1), DetectedAt = At(2), Evidence = EventPayload.Compress(evidence),
            EvidenceHash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(evidence)),
        };
        change?.Invoke(anomaly);
        await using var context = Context();
        context.Add(anomaly);
        await context.SaveChangesAsync();
        return anomaly;
    }

    public async Task<StreamRow> AddStreamAsync(TestTenant tenant, string service, long id, short signal = 1)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        var stream = new StreamRow { Id = id, TenantId = tenant.Id, Signal = signal, Service = service, Name = "scope", FirstSeenAt = At(0), EventsNeeded = 400 };
        await using var context = Context();
        context.Add(stream);
        await context.SaveChangesAsync();
        return stream;
    }

    /// <summary>Events of the tenant that the log holds.</summary>
    public Task<long> EventsInLogAsync(TestTenant tenant)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        return ScalarAsync<long>($"SELECT coalesce(sum(event_count), 0)::bigint FROM log_entries WHERE kind = 1 AND tenant_id = {tenant.Id}");
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = _dataSource.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Minutes after noon of a day in 2026.</summary>
    public static DateTimeOffset At(int minutes) => new DateTimeOffset(2026, 3, 4, 12, 0, 0, TimeSpan.Zero).AddMinutes(minutes);

    public ValueTask DisposeAsync() => _dataSource.DisposeAsync();

    private static ApiKey Key(TestTenant tenant, ApiKeyRole role, string secret) => new()
    {
        Id = Guid.NewGuid(), TenantId = tenant.Id, Name = $"{tenant.Name} {role}", Role = role, SecretHash = ApiKeySecret.Hash(secret),
        Prefix = ApiKeySecret.Display(secret), CreatedAt = DateTimeOffset.UtcNow,
    };
}

using Driftlock.Api.Audit;
using Driftlock.Api.Auth;
using Driftlock.Api.Config;
using Driftlock.Api.Idempotency;
using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Storage;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Identity;
using Driftlock.Storage.Model;
using Driftlock.Storage.Secrets;
using Driftlock.Storage.Signing;
using Driftlock.Tests.Engine;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Driftlock.Tests.Api;

/// <summary>A tenant of one test alone, with a key of each role.</summary>
public sealed record TestTenant(int Id, string Name, string Admin, string Analyst, string Read, string Ingest);

/// <summary>What a test puts into the database behind the Api's back, and what it finds there.</summary>
public sealed class ApiDatabase : IAsyncDisposable
{
    /// <summary>Of an anomaly that the engine found.</summary>
    public static Lazy<Evidence> Evidence { get; } = new(() => LogEvents.Run(LogEvents.Ordinary(2000, 1).With(1512, "POSSIBLE BREAK-IN of <b>root</b> | `at` *once*"))
        .Single(verdict => verdict.Kind == VerdictKind.Anomaly).Evidence!);

    /// <summary>The same, as if all lines had been of one trace; it does not follow from its content.</summary>
    public static Lazy<Evidence> TracedEvidence { get; } = new(() =>
    {
        var events = new EventWriter();
        var reader = new EventReader(Signal.Logs, Evidence.Value.Window.Events);
        while (reader.Next(out var view))
        {
            events.Begin(view.TimeUnixNano, view.Severity, view.Name, view.Body, Convert.FromHexString("4bf92f3577b34da6a3ce929d0e0e4736"));
            events.End();
        }
        return Evidence.Value with { Window = Evidence.Value.Window with { Events = events.Written.ToArray() } };
    });

    private static int s_tenants = Tenant.DefaultId;

    private readonly NpgsqlDataSource _dataSource;

    private ApiDatabase(string connectionString)
    {
        ConnectionString = connectionString;
        _dataSource = NpgsqlDataSource.Create(connectionString + ";Maximum Pool Size=8");
    }

    public string ConnectionString { get; }

    public KeyRingSource Keys { get; private set; } = null!;

    public static async Task<ApiDatabase> CreateAsync(PostgresServer server, int partitions = 2)
    {
        var database = new ApiDatabase(await server.CreateDatabaseAsync());
        await using var context = database.Context();
        database.Keys = Store.Keys(database._dataSource);
        await new DatabaseSetup(context, Store.Upkeep(database._dataSource), database.Keys, TimeProvider.System).RunAsync(partitions, null, new EngineConfiguration(), CancellationToken.None);
        return database;
    }

    public DriftlockContext Context() => Store.Context(_dataSource);

    public async Task<TestTenant> AddTenantAsync(string name = "tenant")
    {
        var row = new Tenant { Name = $"{name}-{Interlocked.Increment(ref s_tenants)}", CreatedAt = DateTimeOffset.UtcNow };
        await using var context = Context();
        context.Add(row);
        await context.SaveChangesAsync();
        var tenant = new TestTenant(row.Id, row.Name, Secret(), Secret(), Secret(), Secret());
        var ring = await Keys.GetAsync(CancellationToken.None);
        context.AddRange(Key(ApiKeyRole.Admin, tenant.Admin), Key(ApiKeyRole.Analyst, tenant.Analyst), Key(ApiKeyRole.Read, tenant.Read), Key(ApiKeyRole.Ingest, tenant.Ingest));
        await context.SaveChangesAsync();
        return tenant;

        ApiKey Key(ApiKeyRole role, string secret) => new()
        {
            Id = Guid.NewGuid(), TenantId = tenant.Id, Name = $"{tenant.Name} {role}", Scopes = Roles.Of(role), SecretHash = ring.Hash(Credential.Digest(secret)),
            IsKeyed = true, Prefix = Credential.Display(secret), CreatedAt = DateTimeOffset.UtcNow,
        };
    }

    /// <summary>A key that operates the deployment.</summary>
    public async Task<string> AddOperatorAsync()
    {
        var secret = Secret();
        var ring = await Keys.GetAsync(CancellationToken.None);
        await using var context = Context();
        context.Add(new ApiKey
        {
            Id = Guid.NewGuid(), TenantId = Tenant.DefaultId, Name = "operator", Scopes = Roles.Of(ApiKeyRole.Admin) | Scopes.Operate, SecretHash = ring.Hash(Credential.Digest(secret)),
            IsKeyed = true, Prefix = Credential.Display(secret), CreatedAt = DateTimeOffset.UtcNow,
        });
        await context.SaveChangesAsync();
        return secret;
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
            EvidenceHash = Evidence.Value.ContentHash,
        };
        change?.Invoke(anomaly);
        await using var context = Context();
        context.Add(anomaly);
        await context.SaveChangesAsync();
        return anomaly;
    }

    /// <summary>Signs an anomaly that was added here, and links it into the tenant's chain.</summary>
    public async Task LinkAsync(TestTenant tenant, Anomaly anomaly)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        ArgumentNullException.ThrowIfNull(anomaly);
        await using var connection = await OpenAsync();
        using var chain = await EvidenceChain.OpenAsync(connection, await Keys.GetAsync(CancellationToken.None), CancellationToken.None);
        await chain.AppendAsync(tenant.Id, anomaly.Id, anomaly.EvidenceHash, CancellationToken.None);
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

    /// <summary>Adds an incident of these anomalies.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> AddIncidentAsync(TestTenant tenant, string service, params Anomaly[] anomalies)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        var incident = new Incident
        {
            Id = $"i-{Guid.NewGuid():N}", TenantId = tenant.Id, Sequence = await ScalarAsync<long>("SELECT nextval('anomaly_sequence')"), Services = [service],
            Title = $"something in {service}", StartedAt = At(0), EndedAt = At(1), Severity = Severity.Medium, Status = IncidentStatus.Open, Anomalies = anomalies.Length,
        };
        await using var context = Context();
        context.Add(incident);
        await context.SaveChangesAsync();
        foreach (var anomaly in anomalies) await context.Anomalies.Where(row => row.Id == anomaly.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.IncidentId, incident.Id));
        return incident.Id;
    }

    /// <summary>Adds a minute of a stream's timeline; <paramref name="change"/> may alter it first.</summary>
    public async Task AddMinuteAsync(TestTenant tenant, StreamRow stream, DateTimeOffset at, Action<StreamMinute>? change = null)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        ArgumentNullException.ThrowIfNull(stream);
        var minute = new StreamMinute
        {
            TenantId = tenant.Id, StreamId = stream.Id, Minute = at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMinute)).ToUniversalTime(), Events = 50, Windows = 1,
            RatioSum = 0.25, RatioWindows = 1, RatioLargest = 0.25, SmallestPValue = 0.5,
        };
        change?.Invoke(minute);
        await using var context = Context();
        context.Add(minute);
        await context.SaveChangesAsync();
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

    public ValueTask<NpgsqlConnection> OpenAsync() => _dataSource.OpenConnectionAsync();

    /// <summary>Waits until the Detector has judged everything that is in the log.</summary>
    public async Task JudgedAsync(CancellationToken cancellationToken)
    {
        while (await ScalarAsync<long>("SELECT sum(abs(p.head_offset - l.committed_offset))::bigint FROM log_partitions p JOIN partition_leases l ON l.partition_id = p.id") > 0)
            await Task.Delay(20, cancellationToken);
    }

    /// <summary>Runs the policy that the Api runs every five minutes.</summary>
    public async Task AutoAcknowledgeAsync()
    {
        await using var context = Context();
        await new AutoAcknowledgePolicy(context, new AuditedChange(context, new CurrentWrite(), TimeProvider.System), TimeProvider.System).RunAsync(CancellationToken.None);
    }

    /// <summary>Minutes after noon of a day in 2026.</summary>
    public static DateTimeOffset At(int minutes) => new DateTimeOffset(2026, 3, 4, 12, 0, 0, TimeSpan.Zero).AddMinutes(minutes);

    public async ValueTask DisposeAsync()
    {
        Keys?.Dispose();
        await _dataSource.DisposeAsync();
    }

    private static string Secret() => Credential.Create(Credential.ApiKeyPrefix);
}

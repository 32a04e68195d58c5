using Driftlock.Storage.Connections;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;
using Driftlock.Tests.Api;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Reliability;
using Driftlock.Tests.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Driftlock.Tests.Connections;

[Collection(StoreServer.Name)]
public sealed class ConnectionLimitsTests(PostgresServer server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_server_knows_the_limits_of_a_service_by_default()
    {
        await using var dataSource = NpgsqlDataSource.Create(Limits().Apply(await server.CreateDatabaseAsync(Cancellation))!);
        Assert.Equal("30s", await dataSource.ScalarAsync<string>("SHOW statement_timeout"));
        Assert.Equal("30s", await dataSource.ScalarAsync<string>("SHOW idle_in_transaction_session_timeout"));
        Assert.Equal("a service", await dataSource.ScalarAsync<string>("SHOW application_name"));
        var settings = new NpgsqlConnectionStringBuilder(dataSource.ConnectionString);
        Assert.Equal((7, 10, 35, 30), (settings.MaxPoolSize, settings.Timeout, settings.CommandTimeout, settings.KeepAlive));
    }

    [Fact]
    public async Task What_the_connection_string_itself_sets_on_the_server_wins_and_migrations_have_no_limit()
    {
        var database = await server.CreateDatabaseAsync(Cancellation) + ";Options=-c statement_timeout=1234 -c work_mem=8MB";
        await using var dataSource = NpgsqlDataSource.Create(Limits().Apply(database)!);
        Assert.Equal("1234ms", await dataSource.ScalarAsync<string>("SHOW statement_timeout"));
        Assert.Equal("8MB", await dataSource.ScalarAsync<string>("SHOW work_mem"));
        await using var migrations = NpgsqlDataSource.Create(ConnectionLimits.ForMigrations(database));
        Assert.Equal("0", await migrations.ScalarAsync<string>("SHOW statement_timeout"));
    }

    [Fact]
    public void Every_wrong_setting_is_named_at_once()
    {
        var wrong = Assert.Throws<OptionsValidationException>(() => Limits(("PoolSize", "0"), ("StatementTimeout", "00:00:00"), ("KeepAlive", "1.00:00:00")));
        Assert.Equal(
            ["Database:PoolSize must be 1 to 500", "Database:StatementTimeout must be 1 second to 15 minutes", "Database:KeepAlive must be 1 second to 15 minutes"],
            wrong.Failures);
    }

    [Fact]
    public async Task A_pool_never_opens_more_connections_than_it_may()
    {
        await using var dataSource = NpgsqlDataSource.Create(Limits(("PoolSize", "3")).Apply(await server.CreateDatabaseAsync(Cancellation))!);
        var seen = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => dataSource.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'a service'")));
        Assert.Equal(3, seen.Max());
    }

    [Fact]
    public async Task A_statement_that_is_too_slow_is_ended_by_the_server_and_an_append_has_its_own_time()
    {
        await using var store = await LoggedStore.CreateAsync(server);
        await using var dataSource = NpgsqlDataSource.Create(Limits(("StatementTimeout", "00:00:01")).Apply(store.ConnectionString)!);
        var slow = await Assert.ThrowsAsync<PostgresException>(() => dataSource.ExecuteAsync("SELECT pg_sleep(60)"));
        Assert.Equal(PostgresErrorCodes.QueryCanceled, slow.SqlState);
        Assert.False(slow.IsTransient);

        using var log = new PostgresEventLog(dataSource, Options.Create(new EventLogOptions()), TimeProvider.System, NullLogger<PostgresEventLog>.Instance);
        await log.StartAsync(Cancellation);
        await using var connection = await store.Store.DataSource.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await using var hold = new NpgsqlCommand("SELECT FROM log_partitions FOR UPDATE", connection);
        await hold.ExecuteNonQueryAsync(Cancellation);
        var append = log.AppendAsync(new AppendRequest(Tenant.DefaultId, [1], 1, [new NewEntry(0, LogEntryKind.Events, 1, [1])]), Cancellation);
        // By the clock of the server that would end it: well beyond the second that other statements have.
        await Until.TrueAsync(
            () => store.Store.DataSource.ScalarAsync<bool>(
                "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND clock_timestamp() - query_start > interval '1.5 seconds'"),
            Patience, "the append has waited", Cancellation);
        await transaction.RollbackAsync(Cancellation);
        Assert.Equal(AppendOutcome.Appended, await append);
        await log.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Api_and_detector_run_under_their_names_and_limits()
    {
        await using var store = await LoggedStore.CreateAsync(server);
        await using var api = await ApiServer.StartAsync(store.ConnectionString, ("Database__PoolSize", "5"));
        await using var detector = await ServiceProcess.DetectorAsync(store.ConnectionString, ("Database__PoolSize", "4"));
        using var client = api.Client(LoggedStore.ApiKey);
        await Task.WhenAll(Enumerable.Range(0, 60).Select(async i => (await client.GetAsync(i % 2 == 0 ? "api/v1/streams" : "api/v1/analytics/summary", Cancellation)).EnsureSuccessStatusCode()));
        await Until.TrueAsync(async () => await ConnectionsAsync(store, "driftlock-detector") > 0, Patience, "the detector is connected", Cancellation);
        // Two pools, of requests and of the log.
        Assert.InRange(await ConnectionsAsync(store, "driftlock-api"), 2, 10);
        Assert.InRange(await ConnectionsAsync(store, "driftlock-detector"), 1, 4);
    }

    [Fact]
    public async Task A_request_whose_statement_is_too_slow_is_told_to_come_again()
    {
        await using var store = await LoggedStore.CreateAsync(server);
        await using var api = await ApiServer.StartAsync(store.ConnectionString, ("Database__StatementTimeout", "00:00:01"));
        await using var connection = await store.Store.DataSource.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await using var hold = new NpgsqlCommand("LOCK TABLE streams IN ACCESS EXCLUSIVE MODE", connection);
        await hold.ExecuteNonQueryAsync(Cancellation);
        var answer = await api.GetAsync(LoggedStore.ApiKey, "api/v1/streams");
        answer.IsProblem(System.Net.HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.NotNull(answer.Response.Headers.RetryAfter);
    }

    private static Task<long> ConnectionsAsync(LoggedStore store, string service) => store.Store.DataSource.ScalarAsync<long>(
        $"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = '{service}'");

    private static ConnectionLimits Limits(params (string Key, string Value)[] settings) => ConnectionLimits.Of(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Database:{setting.Key}", (string?)setting.Value))).Build(), "a service", 7);
}

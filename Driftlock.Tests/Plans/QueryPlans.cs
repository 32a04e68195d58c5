using System.Diagnostics;
using System.Globalization;
using Driftlock.Cbad;
using Driftlock.Storage;
using Driftlock.Storage.Secrets;
using Driftlock.Tests.Api;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.House;
using Driftlock.Tests.Reliability;
using Driftlock.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace Driftlock.Tests.Plans;

/// <summary>
/// Writes artifacts/plans.md, from which docs/SCHEMA.md is made, and times the migration. It proves nothing and takes minutes, so it runs only when asked for:
/// -explicit only -class Driftlock.Tests.Plans.QueryPlans.
/// </summary>
public sealed class QueryPlans(PostgresServer server, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    /// <summary>The live feed, alerts, exports.</summary>
    private static readonly string[] Polls = ["FROM anomalies AS a\n\tWHERE a.sequence >", "UPDATE alert_deliveries SET", "UPDATE exports SET"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Plans_of_the_statements_of_a_filled_store()
    {
        var connectionString = await server.CreateDatabaseAsync(Cancellation);
        await using var plain = NpgsqlDataSource.Create(connectionString);
        using var keys = Store.Keys(plain);
        await using (var database = Store.Context(plain))
        {
            await new DatabaseSetup(database, Store.Upkeep(plain), keys, TimeProvider.System).RunAsync(16, LoggedStore.ApiKey, new EngineConfiguration(), Cancellation);
        }
        await FilledStore.FillAsync(plain);
        var plans = new PlanLog(server);
        var report = new PlanReport(plans);
        await report.SizesAsync(plain);
        await RunAsync(connectionString, plain, keys, plans, report);
        // A connection that is closed has told what it used.
        await report.UnusedAsync(plain);
        await File.WriteAllTextAsync(Path.Combine(Repository.Folder, "artifacts", "plans.md"), report.ToString(), Cancellation);
    }

    [Fact(Explicit = true)]
    public async Task Time_of_the_migration_to_partitions()
    {
        await using var dataSource = NpgsqlDataSource.Create(await server.CreateDatabaseAsync(Cancellation));
        await using var database = Store.Context(dataSource);
        database.Database.SetCommandTimeout(0);
        var migrator = database.GetService<IMigrator>();
        await migrator.MigrateAsync("Accounts", Cancellation);
        await dataSource.ExecuteAsync(
            """
            INSERT INTO log_partitions SELECT p, 125000 FROM generate_series(0, 15) p;
            INSERT INTO log_entries SELECT p, o, 1, 1, 50, o, decode(repeat(md5(o::text), 6), 'hex') FROM generate_series(1, 125000) o, generate_series(0, 15) p;
            """);
        var clock = Stopwatch.StartNew();
        await migrator.MigrateAsync(cancellationToken: Cancellation);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"2,000,000 log entries: {clock.Elapsed.TotalSeconds:0.0} s"));
    }

    private async Task RunAsync(string connectionString, NpgsqlDataSource plain, KeyRingSource keys, PlanLog plans, PlanReport report)
    {
        await using var explained = NpgsqlDataSource.Create(connectionString + PlanLog.Explain + ";No Reset On Close=true");
        // Two connections, the second one of a pool that was used before.
        for (var i = 0; i < 2; i++) await explained.ScalarAsync<int>("SELECT 1");
        plans.Ignore();
        var storage = new StorePlans(explained, report);
        await storage.EventLogAsync();
        await storage.DetectorAsync(keys);
        // Alerts may go to this machine, where nobody listens.
        await using var api = await ApiServer.StartAsync(connectionString + PlanLog.Explain, ("Alerts__AllowedNetworks__0", "127.0.0.0/8"), ("Alerts__AllowHttp", "true"));
        await report.RunAsync("Live feed, key of a request", async () =>
        {
            await Until.TrueAsync(() => Polls.All(poll => server.ReadLog().Contains(poll, StringComparison.Ordinal)), Patience, "all that asks again and again has asked", Cancellation);
            await api.GetAsync(LoggedStore.ApiKey, "api/v1/me");
        });
        for (var i = 0; i < 8; i++) await api.GetAsync(LoggedStore.ApiKey, "api/v1/me");
        plans.Ignore();
        var requests = new ApiPlans(plain, api, server, report);
        await requests.SessionAsync(keys);
        await requests.RequestsAsync();
        await requests.ExportAsync();
        await requests.AlertsAsync();
        await requests.ExpiredAsync();
        await storage.UpkeepAsync(plain);
    }
}

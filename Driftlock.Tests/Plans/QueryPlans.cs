using System.Diagnostics;
using System.Globalization;
using System.Text;
using Driftlock.Cbad;
using Driftlock.Storage;
using Driftlock.Storage.Detection;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Upkeep;
using Driftlock.Tests.Api;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.House;
using Driftlock.Tests.Reliability;
using Driftlock.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Driftlock.Tests.Plans;

/// <summary>
/// Writes artifacts/plans.md, from which docs/SCHEMA.md is made, and times the migration. It proves nothing and takes minutes, so it runs only when asked for:
/// -explicit only -class Driftlock.Tests.Plans.QueryPlans.
/// </summary>
public sealed class QueryPlans(PostgresServer server, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly StringBuilder _report = new();

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
        await SizesAsync(plain);
        var plans = new PlanLog(server);
        await using var explained = NpgsqlDataSource.Create(connectionString + PlanLog.Explain);
        // Two connections, the second one of a pool that was used before.
        for (var i = 0; i < 2; i++) await explained.ScalarAsync<int>("SELECT 1");
        plans.Ignore();
        await StoreAsync(explained, plans);
        await using var api = await ApiServer.StartAsync(connectionString + PlanLog.Explain);
        await Until.TrueAsync(() => server.ReadLog().Contains("FROM anomalies AS a\n\tWHERE a.sequence >", StringComparison.Ordinal), Patience, "the feed has asked", Cancellation);
        await ReportAsync(plans, "Live feed, key of a request", () => api.GetAsync(LoggedStore.ApiKey, "api/v1/me"));
        for (var i = 0; i < 8; i++) await api.GetAsync(LoggedStore.ApiKey, "api/v1/me");
        plans.Ignore();
        foreach (var (label, address) in Requests) await ReportAsync(plans, label, () => api.GetAsync(LoggedStore.ApiKey, address));
        await ReportAsync(plans, "Expired rows", () => Until.TrueAsync(
            () => server.ReadLog().Contains("DELETE FROM user_sessions", StringComparison.Ordinal), Patience, "expired rows were deleted", Cancellation));
        await File.WriteAllTextAsync(Path.Combine(Repository.Folder, "artifacts", "plans.md"), _report.ToString(), Cancellation);
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

    private static readonly (string Label, string Address)[] Requests =
    [
        ("Anomalies: first page", "api/v1/anomalies"),
        ("Anomalies: a page in the middle", "api/v1/anomalies?cursor=20000"),
        ("Anomalies: open", "api/v1/anomalies?status=open"),
        ("Anomalies: of a stream", "api/v1/anomalies?stream=00000000000004d2"),
        ("Anomalies: of a service", "api/v1/anomalies?service=service-7"),
        ("Anomalies: critical", "api/v1/anomalies?severity=critical"),
        ("Anomalies: of a signal", "api/v1/anomalies?signal=logs"),
        ("Anomalies: score and p", "api/v1/anomalies?minScore=99&maxP=0.001"),
        ("Anomalies: of an hour half a year ago", "api/v1/anomalies?from=2026-05-10T10:00:00Z&to=2026-05-10T11:00:00Z"),
        ("Anomalies: a text that is nowhere", "api/v1/anomalies?text=nowhere-to-be-found"),
        ("Anomaly: detail, with related ones", $"api/v1/anomalies/{FilledStore.Anomaly}"),
        ("Anomaly: signed evidence", $"api/v1/anomalies/{FilledStore.Anomaly}/evidence"),
        ("Streams: first page", "api/v1/streams"),
        ("Streams: of a service", "api/v1/streams?service=service-8"),
        ("Stream: detail", "api/v1/streams/00000000000004d3"),
        ("Summary", "api/v1/analytics/summary"),
        ("Chain of evidence", "api/v1/evidence/chain?cursor=8000"),
        ("Audit log", "api/v1/admin/audit-log"),
    ];

    private async Task StoreAsync(NpgsqlDataSource dataSource, PlanLog plans)
    {
        using var log = new PostgresEventLog(dataSource, Options.Create(new EventLogOptions()), TimeProvider.System, NullLogger<PostgresEventLog>.Instance);
        await ReportAsync(plans, "Event log: read by one that keeps up", async () =>
        {
            for (var i = 0; i < 8; i++) await log.ReadAsync(3, 125_000 - 40, 256, int.MaxValue, Cancellation);
        });
        await ReportAsync(plans, "Event log: read behind a snapshot, half the log back", () => log.ReadAsync(4, 60_000, 256, int.MaxValue, Cancellation));
        await log.StartAsync(Cancellation);
        await ReportAsync(plans, "Event log: append", () => log.AppendAsync(
            new AppendRequest(1, [1, 2, 3], 1, [.. Enumerable.Range(0, 4).Select(p => new NewEntry(p, Driftlock.Storage.Model.LogEntryKind.Events, 1, new byte[100]))]), Cancellation));
        await log.StopAsync(Cancellation);
        await ReportAsync(plans, "Detector: leases", () => new PartitionLeases(dataSource, "a", TimeSpan.FromSeconds(6)).RenewAsync([], Cancellation));
        await ReportAsync(plans, "Detector: snapshot", async () =>
        {
            try
            {
                await new SnapshotStore(dataSource).ReadAsync(3, "an engine", Cancellation);
            }
            catch (InvalidDataException)
            {
                // The states of the filling are none.
            }
        });
        await ReportAsync(plans, "Upkeep: may a day go", () => new PartitionUpkeep(dataSource, PartitionedTables.Of(new RetentionOptions { LogDays = 12 })).RunAsync(Cancellation));
    }

    private async Task ReportAsync(PlanLog plans, string label, Func<Task> run)
    {
        plans.Next();
        await run();
        _report.AppendLine(CultureInfo.InvariantCulture, $"### {label}\n");
        foreach (var plan in plans.Next()) _report.AppendLine(CultureInfo.InvariantCulture, $"```\n{plan}\n```\n");
    }

    private async Task SizesAsync(NpgsqlDataSource dataSource)
    {
        _report.AppendLine("### Sizes\n");
        foreach (var line in await dataSource.ColumnAsync(
            """
            SELECT format('%s | %s | rows %s', c.relname, pg_size_pretty(pg_total_relation_size(c.oid)), c.reltuples) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'public' AND c.relkind IN ('r', 'i') AND c.relpages > 100 ORDER BY pg_total_relation_size(c.oid) DESC
            """)) _report.AppendLine(line);
    }
}

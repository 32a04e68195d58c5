using Driftlock.Api.Limits;
using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Storage;
using Driftlock.Storage.Detection;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;
using Driftlock.Storage.Secrets;
using Driftlock.Storage.Upkeep;
using Driftlock.Tests.Engine;
using Driftlock.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Driftlock.Tests.Plans;

/// <summary>Runs what the event log, the detector and upkeep run.</summary>
internal sealed class StorePlans(NpgsqlDataSource dataSource, PlanReport report)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task EventLogAsync()
    {
        using var log = new PostgresEventLog(dataSource, Options.Create(new EventLogOptions()), TimeProvider.System, NullLogger<PostgresEventLog>.Instance);
        await report.RunAsync("Event log: read by one that keeps up", async () =>
        {
            for (var i = 0; i < 8; i++) await log.ReadAsync(3, 125_000 - 40, 256, int.MaxValue, Cancellation);
        });
        await report.RunAsync("Event log: read behind a snapshot, half the log back", () => log.ReadAsync(4, 60_000, 256, int.MaxValue, Cancellation));
        await log.StartAsync(Cancellation);
        await report.RunAsync("Event log: append", () => log.AppendAsync(
            new AppendRequest(1, [1, 2, 3], 1, [.. Enumerable.Range(0, 4).Select(p => new NewEntry(p, LogEntryKind.Events, 1, new byte[100]))]), Cancellation));
        await log.StopAsync(Cancellation);
    }

    public async Task DetectorAsync(KeyRingSource keys)
    {
        var leases = new PartitionLeases(dataSource, "a", TimeSpan.FromMinutes(1));
        IReadOnlyList<Lease> held = [];
        await report.RunAsync("Detector: leases", async () => held = await leases.RenewAsync([], Cancellation));
        await report.RunAsync("Detector: snapshot", async () =>
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
        var now = UnixTime.ToUnixNano(DateTimeOffset.UtcNow);
        var found = LogEvents.Run(LogEvents.Ordinary(2000, 1).With(1512, "POSSIBLE BREAK-IN of <b>root</b> | `at` *once*")).Single(verdict => verdict.Kind == VerdictKind.Anomaly)
            with { FirstTimeUnixNano = (ulong)now, LastTimeUnixNano = (ulong)now };
        var batch = new JudgedBatch(held[0], held[0].CommittedOffset + 1, [new JudgedWindow(found, now)], new Dictionary<StreamId, long>(), null);
        await report.RunAsync("Detector: verdicts with an anomaly", () => new VerdictStore(dataSource, keys, TimeProvider.System).CommitAsync(batch, Cancellation));
        await leases.ReleaseAsync(held, Cancellation);
    }

    /// <param name="store">Whose statements are in no plan.</param>
    public async Task UpkeepAsync(NpgsqlDataSource store)
    {
        await report.RunAsync(
            "Upkeep: may a day go", () => new PartitionUpkeep(dataSource, PartitionedTables.Of(new RetentionOptions { LogDays = 12 }), TimeProvider.System).RunAsync(Cancellation), "SELECT EXISTS");
        using var retention = new TierRetention(dataSource, TimeProvider.System, NullLogger<TierRetention>.Instance);
        await report.RunAsync("Retention of tiers: the first time", () => retention.ApplyAsync(Cancellation), "tenant_id = ANY");
        // In an hour little grows old: what one tenant of fifty has.
        await store.ExecuteAsync("UPDATE tenants SET tier = 1 WHERE id = 53");
        await report.RunAsync("Retention of tiers: every hour", () => retention.ApplyAsync(Cancellation), "tenant_id = ANY");
    }
}

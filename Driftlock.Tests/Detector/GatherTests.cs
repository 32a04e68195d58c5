using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Reliability;
using Driftlock.Tests.Storage;

namespace Driftlock.Tests.Detector;

/// <summary>Many small requests to one stream cost the Detector few transactions, and what comes after a pause does not wait.</summary>
[Collection(StoreServer.Name)]
public sealed class GatherTests(PostgresServer server)
{
    private const int Requests = 40;

    /// <summary>A row for every commit that moved a partition's offset.</summary>
    private const string CountCommits =
        """
        CREATE TABLE offset_moves (partition_id int, at timestamptz DEFAULT clock_timestamp());
        CREATE FUNCTION count_move() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO offset_moves VALUES (NEW.partition_id); RETURN NEW; END $$;
        CREATE TRIGGER count_moves AFTER UPDATE ON partition_leases FOR EACH ROW WHEN (OLD.committed_offset < NEW.committed_offset) EXECUTE FUNCTION count_move();
        """;

    private const string AllIsJudged = "SELECT bool_and(p.head_offset = l.committed_offset) FROM log_partitions p JOIN partition_leases l ON l.partition_id = p.id";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_that_come_one_after_another_share_transactions()
    {
        await using var store = await LoggedStore.CreateAsync(server);
        await store.Store.DataSource.ExecuteAsync(CountCommits);
        var logs = new NumberedLogs(seed: 1, Requests * NumberedLogs.RecordsARequest, services: 3);
        await using var detector = await ServiceProcess.DetectorAsync(store.ConnectionString, ("Detector__Gather", "00:00:01"), ("Detector__Poll", "00:01:00"));
        await Until.TrueAsync(() => store.Store.DataSource.ScalarAsync<bool>("SELECT count(owner) = count(*) FROM partition_leases"), Patience, "all leased", Cancellation);

        // The first is judged at once: neither the poll of a minute nor the gathering is waited for.
        await store.AppendAsync(logs, 0, 1);
        await JudgedAsync(store);
        for (var request = 1; request < Requests; request++)
        {
            await store.AppendAsync(logs, request, 1);
            await Task.Delay(TimeSpan.FromMilliseconds(10), Cancellation); // An arrival, not a condition: a trickle is what this is about.
        }
        await JudgedAsync(store);

        // A request has entries for as many partitions as its streams lie in: one transaction each would be 40 or more.
        Assert.InRange(await store.Store.DataSource.ScalarAsync<long>("SELECT count(*) FROM offset_moves"), 2, Requests / 2);
    }

    private static Task JudgedAsync(LoggedStore store) =>
        Until.TrueAsync(() => store.Store.DataSource.ScalarAsync<bool>(AllIsJudged), Patience, AllIsJudged, Cancellation);
}

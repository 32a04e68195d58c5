using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Reliability;
using Driftlock.Tests.Storage;

namespace Driftlock.Tests.Faults;

/// <summary>What docs/DATA-LOSS.md admits and no other test shows.</summary>
[Collection(StoreServer.Name)]
public sealed class KnownLossTests(PostgresServer server)
{
    [Fact]
    public async Task A_retry_whose_hash_was_forgotten_is_appended_a_second_time()
    {
        await using var store = await LoggedStore.CreateAsync(server);
        var logs = new NumberedLogs(1, NumberedLogs.RecordsARequest);
        await store.AppendAsync(logs, 0, 1);
        await store.AppendAsync(logs, 0, 1);
        Assert.All((await store.ReplayAsync()).Numbers, number => Assert.Equal(1, number.Value));
        // As the Api does once the window has passed.
        await store.Store.DataSource.ExecuteAsync("DELETE FROM ingest_requests");
        await store.AppendAsync(logs, 0, 1);
        Assert.All((await store.ReplayAsync()).Numbers, number => Assert.Equal(2, number.Value));
    }
}

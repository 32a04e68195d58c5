using Driftlock.Storage;
using Driftlock.Storage.Upkeep;
using Driftlock.Tests.Api;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Reliability;
using Driftlock.Tests.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Driftlock.Tests.Upkeep;

[Collection(StoreServer.Name)]
public sealed class HourlyUpkeepTests(PostgresServer server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_api_that_starts_drops_what_is_past_the_retention_that_it_was_given()
    {
        await using var store = await LoggedStore.CreateAsync(server);
        await store.Store.SnapshotAllAsync();
        await store.Store.AgeLogAsync(5);
        await using (await ApiServer.StartAsync(store.ConnectionString))
        {
            await Until.TrueAsync(() => store.Store.DataSource.ScalarAsync<bool>("SELECT NOT EXISTS (SELECT FROM log_entries_default)"), Patience, "a partition for the rows that had none", Cancellation);
            Assert.Equal(Store.Partitions, await store.Store.DataSource.ScalarAsync<long>("SELECT count(*) FROM log_entries"));
        }
        await using var hasty = await ApiServer.StartAsync(store.ConnectionString, ("Retention__LogDays", "3"));
        await Until.TrueAsync(() => store.Store.DataSource.ScalarAsync<bool>("SELECT NOT EXISTS (SELECT FROM log_entries)"), Patience, "the old day is gone", Cancellation);
    }

    [Fact]
    public void A_wrong_retention_is_refused_with_its_key_and_what_would_be_right()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Retention:LogDays", "0"), new("Retention:AnomalyDays", "100000")]).Build();
        using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddPartitionUpkeep().BuildServiceProvider();
        var wrong = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<RetentionOptions>>().Value);
        Assert.Equal(["Retention:LogDays must be 1 to 3660", "Retention:AnomalyDays must be 1 to 3660"], wrong.Failures);
    }
}

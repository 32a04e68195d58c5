using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Storage.Streams;
using Driftlock.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Driftlock.Tests.Storage;

[Collection(StoreServer.Name)]
public sealed class SchemaTests(PostgresServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_migrations_make_what_the_model_says()
    {
        await using var store = await Store.CreateAsync(server);
        await using var database = store.Context();
        Assert.False(database.Database.HasPendingModelChanges());
        Assert.Empty(await database.Database.GetPendingMigrationsAsync(Cancellation));
    }

    [Fact]
    public async Task Every_migration_of_a_store_in_use_says_first_how_long_it_waits_for_locks()
    {
        await using var store = await Store.CreateAsync(server);
        await using var database = store.Context();
        var migrations = database.Database.GetMigrations().ToList();
        foreach (var (before, migration) in migrations.Zip(migrations.Skip(1)))
        {
            var script = database.GetService<IMigrator>().GenerateScript(before, migration);
            var first = script.Split(';')[1].Trim();
            Assert.True(first.StartsWith("SET LOCAL lock_timeout", StringComparison.Ordinal), $"{migration} begins with {first}");
        }
    }

    [Fact]
    public async Task Set_up_again_changes_nothing()
    {
        await using var store = await Store.CreateAsync(server);
        await using var database = store.Context();
        await store.SetUp(database)
            .RunAsync(64, "a bootstrap key of good length", new EngineConfiguration { FalseDiscoveryRate = 0.2 }, Cancellation);
        Assert.Equal(Store.Partitions, await database.LogPartitions.CountAsync(Cancellation));
        Assert.Equal(1, await database.ApiKeys.CountAsync(Cancellation));
        Assert.Equal(Store.Partitions, await database.LogEntries.CountAsync(Cancellation));
    }

    [Fact]
    public async Task A_short_bootstrap_key_is_refused_with_its_length()
    {
        await using var store = await Store.CreateAsync(server);
        await using var database = store.Context();
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => store.SetUp(database)
            .RunAsync(4, "short", new EngineConfiguration(), Cancellation));
        Assert.Contains("it has 5", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streams_beyond_the_cap_are_refused_and_known_ones_are_not()
    {
        await using var store = await Store.CreateAsync(server);
        var registry = new StreamRegistry(store.DataSource, streamsPerTenant: 3, TimeProvider.System);
        var streams = Enumerable.Range(0, 5).Select(i => Describe($"service-{i}")).ToList();
        var refused = await registry.RegisterAsync(1, streams, Store.Partitions, int.MaxValue, Cancellation);
        Assert.Equal(streams.Skip(3).Select(stream => stream.Id).ToHashSet(), refused);
        Assert.Empty(await registry.RegisterAsync(1, streams[..3], Store.Partitions, int.MaxValue, Cancellation));
        Assert.True(registry.IsKnown(streams[0].Id));
        Assert.False(registry.IsKnown(streams[4].Id));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public void A_payload_comes_back_from_compression_as_it_was(int length)
    {
        var plain = new byte[length];
        new Random(length).NextBytes(plain);
        Assert.Equal(plain, Driftlock.Storage.EventLog.EventPayload.Decompress(Driftlock.Storage.EventLog.EventPayload.Compress(plain)));
    }

    private static StreamDescription Describe(string service) =>
        new(StreamId.Of(1, Signal.Logs, System.Text.Encoding.UTF8.GetBytes(service), "scope"u8), Signal.Logs, service, "scope");
}

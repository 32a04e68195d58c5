using System.Security.Cryptography;
using Driftlock.Storage.Detection;
using Driftlock.Storage.Secrets;
using Driftlock.Tests.Fixtures;

namespace Driftlock.Tests.Storage;

[Collection(StoreServer.Name)]
public sealed class KeyRingTests(PostgresServer server)
{
    private const string Old = "an old master key of forty characters ...";
    private const string New = "a new master key of forty characters ....";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void What_was_sealed_opens_only_where_it_belongs_and_only_unchanged()
    {
        var ring = Ring(Old);
        var hidden = ring.Seal("a payment of 182 EUR"u8, "evidence 1-2-3"u8);
        Assert.Equal("a payment of 182 EUR"u8, ring.Open(hidden, "evidence 1-2-3"u8));
        Assert.DoesNotContain("payment", System.Text.Encoding.Latin1.GetString(hidden), StringComparison.Ordinal);
        Assert.ThrowsAny<CryptographicException>(() => ring.Open(hidden, "evidence 1-2-4"u8));
        for (var i = 0; i < hidden.Length; i++)
        {
            var changed = hidden.ToArray();
            changed[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => ring.Open(changed, "evidence 1-2-3"u8));
            Assert.ThrowsAny<CryptographicException>(() => ring.Open(hidden.AsSpan(0, i), "evidence 1-2-3"u8));
        }
    }

    [Fact]
    public void Sealing_the_same_twice_gives_different_bytes() =>
        Assert.NotEqual(Ring(Old).Seal("x"u8, []), Ring(Old).Seal("x"u8, []));

    [Fact]
    public void After_a_rotation_the_old_key_still_reads_and_the_new_one_writes()
    {
        var before = Ring(Old).Seal("x"u8, []);
        var rotated = Ring(New, Old);
        Assert.Equal("x"u8, rotated.Open(before, []));
        var after = rotated.Seal("y"u8, []);
        Assert.Equal("y"u8, Ring(New).Open(after, []));
        var refused = Assert.Throws<CryptographicException>(() => Ring(New).Open(before, []));
        Assert.Contains("PreviousMasterKeys", refused.Message, StringComparison.Ordinal);
        Assert.Equal([Ring(New).Hash("s"u8), Ring(Old).Hash("s"u8)], rotated.Hashes("s"u8));
    }

    [Fact]
    public async Task Without_a_configured_key_the_database_keeps_one_and_a_later_configured_one_takes_over()
    {
        await using var store = await Store.CreateAsync(server);
        using var kept = Store.Keys(store.DataSource);
        var keptRing = await kept.GetAsync(Cancellation);
        var stored = StoredEvidence.Seal("{}"u8, keptRing, "1-2-3");
        using var configured = Store.Keys(store.DataSource, New);
        var ring = await configured.GetAsync(Cancellation);
        Assert.Equal("{}"u8, StoredEvidence.Open(stored, isSealed: true, ring, "1-2-3"));
        Assert.Equal(new MasterKey(New).Hash("s"u8), ring.Hash("s"u8));
    }

    [Fact]
    public async Task A_deployment_with_a_configured_key_keeps_none_in_the_database()
    {
        await using var dataSource = Npgsql.NpgsqlDataSource.Create(await server.CreateDatabaseAsync(Cancellation));
        await using (var database = Store.Context(dataSource))
        {
            using var keys = Store.Keys(dataSource, New);
            await new Driftlock.Storage.DatabaseSetup(database, Store.Upkeep(dataSource), keys, TimeProvider.System).RunAsync(1, null, new Driftlock.Cbad.EngineConfiguration(), Cancellation);
        }
        await using var count = dataSource.CreateCommand("SELECT count(*) FROM kept_master_key");
        Assert.Equal(0L, await count.ExecuteScalarAsync(Cancellation));
        using var unset = Store.Keys(dataSource);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await unset.GetAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_short_master_key_is_refused_with_its_length() =>
        Assert.Contains("it has 5", Assert.Throws<ArgumentException>(() => new MasterKey("short")).Message, StringComparison.Ordinal);

    private static KeyRing Ring(params string[] secrets) => new(secrets.Select(secret => new MasterKey(secret)));
}

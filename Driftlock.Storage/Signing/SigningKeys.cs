using System.Security.Cryptography;
using System.Text;
using Driftlock.Cbad;
using Driftlock.Storage.Secrets;
using Npgsql;

namespace Driftlock.Storage.Signing;

/// <summary>
/// The key pairs that sign evidence: ECDSA over P-256. Private keys are sealed under the master key; a rotation adds a pair and forgets
/// the private key of the one before, whose public key stays for what it has signed.
/// </summary>
public static class SigningKeys
{
    /// <summary>Makes the first pair where there is none that signs.</summary>
    public static async Task EnsureAsync(NpgsqlConnection connection, KeyRing ring, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var any = new NpgsqlCommand("SELECT 1 FROM signing_keys WHERE retired_at IS NULL", connection);
        if (await any.ExecuteScalarAsync(cancellationToken) is null) await AddAsync(connection, ring, now, cancellationToken);
    }

    /// <summary>From now on a new pair signs.</summary>
    /// <returns>Its id.</returns>
    public static async Task<string> RotateAsync(NpgsqlConnection connection, KeyRing ring, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using (var retire = new NpgsqlCommand("UPDATE signing_keys SET retired_at = $1, private_key = NULL WHERE retired_at IS NULL", connection)
        {
            Parameters = { new() { Value = now.UtcDateTime } },
        })
        {
            await retire.ExecuteNonQueryAsync(cancellationToken);
        }
        return await AddAsync(connection, ring, now, cancellationToken);
    }

    /// <exception cref="CryptographicException">The master key that sealed it is not on the ring.</exception>
    internal static async Task<(string Id, ECDsa Key)> CurrentAsync(NpgsqlConnection connection, KeyRing ring, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT id, private_key FROM signing_keys WHERE retired_at IS NULL ORDER BY created_at DESC, id LIMIT 1", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) throw new InvalidOperationException("there is no key that signs evidence: run `driftlock migrate`");
        var id = reader.GetString(0);
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(ring.Open(reader.GetFieldValue<byte[]>(1), Context(id)), out _);
        return (id, key);
    }

    private static async Task<string> AddAsync(NpgsqlConnection connection, KeyRing ring, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var publicKey = key.ExportSubjectPublicKeyInfo();
        var id = EvidenceKeys.IdOf(publicKey);
        await using var insert = new NpgsqlCommand("INSERT INTO signing_keys (id, public_key, private_key, created_at) VALUES ($1, $2, $3, $4)", connection)
        {
            Parameters =
            {
                new() { Value = id }, new() { Value = publicKey }, new() { Value = ring.Seal(key.ExportPkcs8PrivateKey(), Context(id)) },
                new() { Value = now.UtcDateTime },
            },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken);
        return id;
    }

    private static byte[] Context(string id) => Encoding.UTF8.GetBytes("signing key " + id);
}

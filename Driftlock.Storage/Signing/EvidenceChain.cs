using System.Security.Cryptography;
using System.Text;
using Driftlock.Cbad;
using Driftlock.Storage.Secrets;
using Npgsql;

namespace Driftlock.Storage.Signing;

/// <summary>
/// Signs bundles and links them into their tenant's chain, in the transaction that stores the anomalies. The caller holds the lock that
/// orders anomalies, so positions have no gaps.
/// </summary>
public sealed class EvidenceChain : IDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly string _keyId;
    private readonly ECDsa _key;
    private readonly Dictionary<int, (long Position, string Hash)> _heads = [];

    private EvidenceChain(NpgsqlConnection connection, string keyId, ECDsa key) => (_connection, _keyId, _key) = (connection, keyId, key);

    public static async Task<EvidenceChain> OpenAsync(NpgsqlConnection connection, KeyRing ring, CancellationToken cancellationToken)
    {
        var (id, key) = await SigningKeys.CurrentAsync(connection, ring, cancellationToken);
        return new EvidenceChain(connection, id, key);
    }

    public void Dispose() => _key.Dispose();

    public async Task AppendAsync(int tenant, string anomalyId, string contentHash, CancellationToken cancellationToken)
    {
        if (!_heads.TryGetValue(tenant, out var head)) head = await HeadAsync(tenant, cancellationToken);
        var position = head.Position + 1;
        var hash = EvidenceLink.HashOf(tenant, position, anomalyId, contentHash, head.Hash);
        await using var insert = new NpgsqlCommand(
            """
            INSERT INTO evidence_chain (tenant_id, position, anomaly_id, content_hash, previous_hash, hash, key_id, signature, bundle_signature)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """, _connection)
        {
            Parameters =
            {
                new() { Value = tenant }, new() { Value = position }, new() { Value = anomalyId }, new() { Value = contentHash },
                new() { Value = head.Hash }, new() { Value = hash }, new() { Value = _keyId }, new() { Value = Sign(hash) }, new() { Value = Sign(contentHash) },
            },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken);
        _heads[tenant] = (position, hash);
    }

    private byte[] Sign(string hash) => _key.SignData(Encoding.UTF8.GetBytes(hash), HashAlgorithmName.SHA256);

    private async Task<(long Position, string Hash)> HeadAsync(int tenant, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT position, hash FROM evidence_chain WHERE tenant_id = $1 ORDER BY position DESC LIMIT 1", _connection)
        {
            Parameters = { new() { Value = tenant } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetInt64(0), reader.GetString(1)) : (0, EvidenceLink.NoHash);
    }
}

using Driftlock.Storage.Identity;
using Driftlock.Storage.Model;
using Npgsql;

namespace Driftlock.Api.Auth;

/// <summary>Finds a key by its secret's hash: one indexed row, prepared.</summary>
public sealed class ApiKeyLookup(NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>Null when the key is unknown, revoked or expired.</summary>
    public async Task<FoundKey?> FindAsync(string secret, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT id, tenant_id, name, role FROM api_keys
            WHERE secret_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
            """, connection)
        {
            Parameters = { new() { Value = ApiKeySecret.Hash(secret) }, new() { Value = time.GetUtcNow().UtcDateTime } },
        };
        await command.PrepareAsync(cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        return new FoundKey(reader.GetGuid(0), reader.GetInt32(1), reader.GetString(2), (ApiKeyRole)reader.GetInt16(3));
    }
}

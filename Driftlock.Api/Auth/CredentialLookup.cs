using System.Globalization;
using Driftlock.Api.Caching;
using Driftlock.Storage.Identity;
using Driftlock.Storage.Model;
using Driftlock.Storage.Secrets;
using Npgsql;

namespace Driftlock.Api.Auth;

/// <summary>
/// Finds who bears a secret, by its keyed hash: one indexed row, remembered. What is remembered counts only under the version of authority
/// that the store has when the request comes, so that nothing stale authorizes.
/// </summary>
public sealed class CredentialLookup(
    NpgsqlDataSource dataSource, KeyRingSource keys, AuthorityVersion authority, SharedCache cache, KeyUse use, TimeProvider time)
{
    private const string OfApiKey =
        """
        SELECT k.id, k.name, k.scopes, k.tenant_id, least(k.expires_at, k.revoked_at) FROM api_keys k JOIN tenants t ON t.id = k.tenant_id
        WHERE k.secret_hash = ANY($1) AND (k.revoked_at IS NULL OR k.revoked_at > $2) AND (k.expires_at IS NULL OR k.expires_at > $2) AND t.disabled_at IS NULL
        """;

    private const string OfSession =
        """
        SELECT u.id, u.email, u.role, u.tenant_id, s.expires_at FROM user_sessions s JOIN users u ON u.id = s.user_id JOIN tenants t ON t.id = u.tenant_id
        WHERE s.token_hash = ANY($1) AND s.expires_at > $2 AND u.disabled_at IS NULL AND t.disabled_at IS NULL
        """;

    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    /// <param name="Key">Null for a user's session.</param>
    /// <param name="Until">When it expires by itself; null: never.</param>
    private sealed record Known(Caller Caller, Guid? Key, DateTimeOffset? Until);

    /// <summary>Null when it is unknown, revoked or expired, or its user or tenant is disabled.</summary>
    /// <exception cref="NpgsqlException">The store cannot be asked: nobody is authorized from memory alone.</exception>
    public async Task<Caller?> FindAsync(string secret, CancellationToken cancellationToken)
    {
        var hashes = (await keys.GetAsync(cancellationToken)).Hashes(Credential.Digest(secret));
        var version = await authority.ReadAsync(cancellationToken);
        var isSession = secret.StartsWith(Credential.SessionPrefix, StringComparison.Ordinal);
        var known = await cache.GetAsync(
            "caller", Convert.ToHexStringLower(hashes[0]), version.ToString(CultureInfo.InvariantCulture), Kept,
            cancellation => AskAsync(hashes, isSession, cancellation), cancellationToken);
        if (known is null || known.Until <= time.GetUtcNow()) return null;
        if (known.Key is { } key) use.Note(key);
        return known.Caller;
    }

    private async Task<Known?> AskAsync(IReadOnlyList<byte[]> hashes, bool isSession, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(isSession ? OfSession : OfApiKey, connection)
        {
            Parameters = { new() { Value = hashes.ToArray() }, new() { Value = time.GetUtcNow().UtcDateTime } },
        };
        await command.PrepareAsync(cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        var (id, name, tenant) = (reader.GetGuid(0), reader.GetString(1), reader.GetInt32(3));
        DateTimeOffset? until = await reader.IsDBNullAsync(4, cancellationToken) ? null : new DateTimeOffset(reader.GetDateTime(4));
        if (isSession)
        {
            var role = (UserRole)reader.GetInt16(2);
            return new Known(new Caller(tenant, $"user:{id}", name, Roles.Of(role), Roles.NameOf(role)), null, until);
        }
        var scopes = (Scopes)reader.GetInt32(2);
        return new Known(new Caller(tenant, $"key:{id}", name, scopes, Roles.NameOf(scopes)), id, until);
    }
}

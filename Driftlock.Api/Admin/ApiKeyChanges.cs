using Driftlock.Api.Audit;
using Driftlock.Api.Auth;
using Driftlock.Storage;
using Driftlock.Storage.Audit;
using Driftlock.Storage.Identity;
using Driftlock.Storage.Model;
using Driftlock.Storage.Secrets;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Admin;

public enum RotationOutcome
{
    Rotated,
    NotFound,
    BeyondCaller,
    NotActive,
    AlreadyReplaced,
    TooMany,
}

/// <summary>Makes, rotates and revokes API keys; each change is audited.</summary>
public sealed class ApiKeyChanges(DriftlockContext database, AuditedChange change, KeyRingSource keys, TimeProvider time)
{
    /// <returns>Null when the tenant has as many keys as it may.</returns>
    public Task<CreatedApiKey?> CreateAsync(Caller caller, string name, Scopes scopes, DateTimeOffset? expiresAt, CancellationToken cancellationToken) =>
        change.RunAsync<CreatedApiKey?>(caller, async cancellation =>
        {
            if (!await HasRoomAsync(caller, cancellation)) return new(null);
            var created = await AddAsync(caller, name, scopes, expiresAt, null, cancellation);
            return new(created, AuditRecord.Of("api-key.create", created.Id.ToString(), null, Audited(created.Name, created.Scopes, created.ExpiresAt)));
        }, cancellationToken);

    public Task<(RotationOutcome Outcome, CreatedApiKey? Created)> RotateAsync(Caller caller, Guid id, TimeSpan overlap, CancellationToken cancellationToken) =>
        change.RunAsync<(RotationOutcome, CreatedApiKey?)>(caller, async cancellation =>
        {
            var now = time.GetUtcNow();
            var old = await database.ApiKeys.SingleOrDefaultAsync(key => key.TenantId == caller.TenantId && key.Id == id, cancellation);
            if (old is null) return new((RotationOutcome.NotFound, null));
            if (!Roles.AreWithin(old.Scopes, caller)) return new((RotationOutcome.BeyondCaller, null));
            if (old.RevokedAt <= now || old.ExpiresAt <= now) return new((RotationOutcome.NotActive, null));
            if (await database.ApiKeys.AnyAsync(key => key.ReplacesId == id, cancellation)) return new((RotationOutcome.AlreadyReplaced, null));
            if (!await HasRoomAsync(caller, cancellation)) return new((RotationOutcome.TooMany, null));
            var created = await AddAsync(caller, old.Name, old.Scopes, old.ExpiresAt, id, cancellation);
            var end = now + overlap;
            var before = Audited(old.Name, created.Scopes, old.ExpiresAt);
            if (old.ExpiresAt is null || old.ExpiresAt > end) old.ExpiresAt = end;
            return new(
                (RotationOutcome.Rotated, created),
                AuditRecord.Of("api-key.rotate", id.ToString(), before, Audited(old.Name, created.Scopes, old.ExpiresAt)),
                AuditRecord.Of("api-key.create", created.Id.ToString(), null, Audited(created.Name, created.Scopes, created.ExpiresAt)));
        }, cancellationToken);

    /// <returns>False when there is no such key.</returns>
    public Task<bool> RevokeAsync(Caller caller, Guid id, CancellationToken cancellationToken) =>
        change.RunAsync<bool>(caller, async cancellation =>
        {
            var key = await database.ApiKeys.SingleOrDefaultAsync(key => key.TenantId == caller.TenantId && key.Id == id, cancellation);
            if (key is null) return new(false);
            if (key.RevokedAt is not null) return new(true);
            key.RevokedAt = time.GetUtcNow();
            return new(true, AuditRecord.Of("api-key.revoke", id.ToString(), Audited(key.Name, ScopeNames.Of(key.Scopes), key.ExpiresAt), null));
        }, cancellationToken);

    private async Task<CreatedApiKey> AddAsync(
        Caller caller, string name, Scopes scopes, DateTimeOffset? expiresAt, Guid? replaces, CancellationToken cancellationToken)
    {
        var (now, secret) = (time.GetUtcNow(), Credential.Create(Credential.ApiKeyPrefix));
        var key = new ApiKey
        {
            Id = Guid.CreateVersion7(now),
            TenantId = caller.TenantId,
            Name = name,
            Scopes = scopes,
            SecretHash = (await keys.GetAsync(cancellationToken)).Hash(Credential.Digest(secret)),
            IsKeyed = true,
            Prefix = Credential.Display(secret),
            CreatedAt = now,
            ExpiresAt = expiresAt,
            ReplacesId = replaces,
        };
        database.Add(key);
        return new CreatedApiKey(key.Id, name, Roles.NameOf(scopes), ScopeNames.Of(scopes), secret, now, expiresAt, replaces);
    }

    private async Task<bool> HasRoomAsync(Caller caller, CancellationToken cancellationToken) =>
        await database.ApiKeys.CountAsync(key => key.TenantId == caller.TenantId, cancellationToken) < ApiKeyEndpoints.KeysPerTenant;

    private static object Audited(string name, IReadOnlyList<string> scopes, DateTimeOffset? expiresAt) => new { name, scopes, expiresAt };
}

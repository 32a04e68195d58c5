using Driftlock.Storage;
using Driftlock.Storage.Identity;
using Driftlock.Storage.Model;
using Driftlock.Storage.Secrets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Accounts;

/// <summary>Begins and ends sessions. A session is looked up at every request, so its end holds at once.</summary>
public sealed class UserSessions(DriftlockContext database, KeyRingSource keys, IOptions<SignInOptions> options, TimeProvider time)
{
    /// <returns>The token, of which only a hash is kept, and when it ends.</returns>
    public async Task<(string Token, DateTimeOffset ExpiresAt)> BeginAsync(User user, CancellationToken cancellationToken)
    {
        var (now, token) = (time.GetUtcNow(), Credential.Create(Credential.SessionPrefix));
        var ring = await keys.GetAsync(cancellationToken);
        var kept = await database.UserSessions.Where(session => session.UserId == user.Id && session.ExpiresAt > now)
            .OrderByDescending(session => session.CreatedAt).Take(options.Value.SessionsPerUser - 1).Select(session => session.TokenHash).ToListAsync(cancellationToken);
        await database.UserSessions.Where(session => session.UserId == user.Id && !kept.Contains(session.TokenHash)).ExecuteDeleteAsync(cancellationToken);
        var ends = now + options.Value.SessionLifetime;
        database.Add(new UserSession { TokenHash = ring.Hash(Credential.Digest(token)), UserId = user.Id, CreatedAt = now, ExpiresAt = ends });
        return (token, ends);
    }

    public async Task EndAsync(string token, CancellationToken cancellationToken)
    {
        var hashes = (await keys.GetAsync(cancellationToken)).Hashes(Credential.Digest(token));
        await database.UserSessions.Where(session => hashes.Contains(session.TokenHash)).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>All of a user: after a change of password, role or second factor.</summary>
    public Task EndAllAsync(Guid user, CancellationToken cancellationToken) =>
        database.UserSessions.Where(session => session.UserId == user).ExecuteDeleteAsync(cancellationToken);
}

using System.Security.Cryptography;
using Driftlock.Api.Audit;
using Driftlock.Api.Auth;
using Driftlock.Storage;
using Driftlock.Storage.Audit;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Accounts;

/// <summary>What an admin does with the tenant's users; each change is audited.</summary>
public sealed class UserChanges(UserManager<User> users, DriftlockContext database, UserSessions sessions, AuditedChange change, TimeProvider time)
{
    public const int UsersPerTenant = 1_000;

    private const string PasswordAlphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    /// <returns>Null when the tenant has as many users as it may.</returns>
    public Task<(IdentityResult Result, CreatedUser? Created)?> CreateAsync(Caller caller, string email, UserRole role, string? password, CancellationToken cancellationToken)
    {
        var secret = password ?? NewPassword();
        return change.RunAsync<(IdentityResult, CreatedUser?)?>(caller, async cancellation =>
        {
            if (await database.Users.CountAsync(user => user.TenantId == caller.TenantId, cancellation) >= UsersPerTenant) return new(null);
            var now = time.GetUtcNow();
            var user = new User { Id = Guid.CreateVersion7(now), TenantId = caller.TenantId, Role = role, UserName = email, Email = email, CreatedAt = now };
            var result = await users.CreateAsync(user, secret);
            if (!result.Succeeded) return new((result, null));
            var created = new CreatedUser(user.Id, email, role, password is null ? secret : null, now);
            return new((result, created), AuditRecord.Of("user.create", user.Id.ToString(), null, new { email, role }));
        }, cancellationToken);
    }

    /// <returns>Null when there is no such user, or one with more weight than the caller.</returns>
    public Task<UserDetail?> UpdateAsync(Caller caller, Guid id, UserUpdate wanted, CancellationToken cancellationToken) =>
        change.RunAsync<UserDetail?>(caller, async cancellation =>
        {
            if (await FindAsync(caller, id, cancellation) is not { } user) return new(null);
            var before = new { user.Role, Disabled = user.DisabledAt is not null };
            user.Role = wanted.Role ?? user.Role;
            if (wanted.Disabled is { } disabled) user.DisabledAt = disabled ? user.DisabledAt ?? time.GetUtcNow() : null;
            var after = new { user.Role, Disabled = user.DisabledAt is not null };
            if (before.Equals(after)) return new(Detail(user));
            await users.UpdateAsync(user);
            await sessions.EndAllAsync(id, cancellation);
            return new(Detail(user), AuditRecord.Of("user.update", id.ToString(), before, after));
        }, cancellationToken);

    /// <returns>The new password; null when there is no such user, or one with more weight than the caller.</returns>
    public Task<string?> ResetPasswordAsync(Caller caller, Guid id, CancellationToken cancellationToken) =>
        change.RunAsync<string?>(caller, async cancellation =>
        {
            if (await FindAsync(caller, id, cancellation) is not { } user) return new(null);
            var password = NewPassword();
            user.PasswordHash = users.PasswordHasher.HashPassword(user, password);
            (user.LockoutEnd, user.AccessFailedCount) = (null, 0);
            await users.UpdateSecurityStampAsync(user);
            await sessions.EndAllAsync(id, cancellation);
            return new(password, AuditRecord.Of("user.password-reset", id.ToString(), null, null));
        }, cancellationToken);

    /// <returns>False when there is no such user, or one with more weight than the caller.</returns>
    public Task<bool> DeleteAsync(Caller caller, Guid id, CancellationToken cancellationToken) =>
        change.RunAsync<bool>(caller, async cancellation =>
        {
            if (await FindAsync(caller, id, cancellation) is not { } user) return new(false);
            var before = new { user.Email, user.Role };
            await users.DeleteAsync(user);
            return new(true, AuditRecord.Of("user.delete", id.ToString(), before, null));
        }, cancellationToken);

    public async Task<List<UserDetail>> ListAsync(Caller caller, CancellationToken cancellationToken) =>
        (await database.Users.AsNoTracking().Where(user => user.TenantId == caller.TenantId).OrderByDescending(user => user.CreatedAt)
            .Take(UsersPerTenant).ToListAsync(cancellationToken)).ConvertAll(Detail);

    private async Task<User?> FindAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        var user = await database.Users.SingleOrDefaultAsync(user => user.TenantId == caller.TenantId && user.Id == id, cancellationToken);
        return user is not null && Roles.AreWithin(Roles.Of(user.Role), caller) ? user : null;
    }

    private static UserDetail Detail(User user) => new(
        user.Id, user.Email!, user.Role, user.CreatedAt, user.DisabledAt, user.LastSignInAt, user.TwoFactorEnabled, user.LockoutEnd);

    /// <summary>20 of 56 characters: 116 bits.</summary>
    private static string NewPassword() => RandomNumberGenerator.GetString(PasswordAlphabet, 20);
}

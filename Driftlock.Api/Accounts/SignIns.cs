using Driftlock.Api.Audit;
using Driftlock.Storage;
using Driftlock.Storage.Audit;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Accounts;

public enum SignInOutcome
{
    SignedIn,

    /// <summary>Deliberately one word for an unknown address, a wrong password or code, a locked and a disabled account.</summary>
    Refused,
    SecondFactorNeeded,
}

/// <summary>Password, then second factor where the user has one; failures count towards the lockout.</summary>
public sealed partial class SignIns(
    UserManager<User> users, DriftlockContext database, UserSessions sessions, SecondFactor secondFactor, AuditedChange change, TimeProvider time,
    ILogger<SignIns> logger)
{
    /// <summary>A hash of no password, so that an unknown address takes as long as a known one.</summary>
    private static readonly string NoPassword = new PasswordHasher<User>().HashPassword(new User(), Guid.NewGuid().ToString());

    public async Task<(SignInOutcome Outcome, SignedIn? Session)> SignInAsync(string email, string password, string? code, CancellationToken cancellationToken)
    {
        var user = await users.FindByEmailAsync(email);
        if (user is null)
        {
            users.PasswordHasher.VerifyHashedPassword(new User(), NoPassword, password);
            Failed("unknown");
            return (SignInOutcome.Refused, null);
        }
        if (!await MayTryAsync(user, cancellationToken) || !await users.CheckPasswordAsync(user, password)) return await RefuseAsync(user);
        if (await users.GetTwoFactorEnabledAsync(user))
        {
            if (string.IsNullOrEmpty(code)) return (SignInOutcome.SecondFactorNeeded, null);
            if (!await secondFactor.TakeAsync(user, code)) return await RefuseAsync(user);
        }
        await users.ResetAccessFailedCountAsync(user);
        return (SignInOutcome.SignedIn, await BeginAsync(user, cancellationToken));
    }

    private async Task<bool> MayTryAsync(User user, CancellationToken cancellationToken) =>
        !await users.IsLockedOutAsync(user) && user.DisabledAt is null
        && !await database.Tenants.AnyAsync(tenant => tenant.Id == user.TenantId && tenant.DisabledAt != null, cancellationToken);

    private async Task<(SignInOutcome, SignedIn?)> RefuseAsync(User user)
    {
        if (!await users.IsLockedOutAsync(user)) await users.AccessFailedAsync(user);
        Failed(user.Id.ToString());
        return (SignInOutcome.Refused, null);
    }

    private async Task<SignedIn> BeginAsync(User user, CancellationToken cancellationToken)
    {
        var (id, email, role) = (user.Id, user.Email!, user.Role);
        var tenant = await database.Tenants.Where(tenant => tenant.Id == user.TenantId).Select(tenant => tenant.Name).SingleAsync(cancellationToken);
        return await change.RunAsync<SignedIn>(user.TenantId, new Actor($"user:{id}", email), async cancellation =>
        {
            var (token, ends) = await sessions.BeginAsync(user, cancellation);
            var now = time.GetUtcNow();
            await database.Users.Where(u => u.Id == id).ExecuteUpdateAsync(set => set.SetProperty(u => u.LastSignInAt, now), cancellation);
            return new(new SignedIn(token, ends, email, role, tenant), AuditRecord.Of("user.sign-in", id.ToString(), null, null));
        }, cancellationToken);
    }

    [LoggerMessage(EventId = 420, Level = LogLevel.Warning, Message = "Signing in failed for the user {UserId}")]
    private partial void Failed(string userId);
}

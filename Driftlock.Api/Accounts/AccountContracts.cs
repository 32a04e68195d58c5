using Driftlock.Storage.Model;

namespace Driftlock.Api.Accounts;

/// <param name="Code">Of the authenticator, or a recovery code; only where the user has a second factor.</param>
public sealed record SignInRequest(string? Email, string? Password, string? Code);

/// <param name="Token">Goes into <c>Authorization: Bearer</c>.</param>
public sealed record SignedIn(string Token, DateTimeOffset ExpiresAt, string Email, UserRole Role, string Tenant);

public sealed record PasswordChange(string? Current, string? New);

/// <param name="Key">Base32, to type into an authenticator.</param>
/// <param name="Uri">otpauth://, to show as a QR code.</param>
public sealed record SecondFactorKey(string Key, string Uri);

public sealed record SecondFactorCode(string? Code);

/// <param name="RecoveryCodes">Shown this once; each works once.</param>
public sealed record SecondFactorOn(IReadOnlyList<string> RecoveryCodes);

public sealed record PasswordProof(string? Password);

/// <param name="Password">None: one is made, and shown once.</param>
public sealed record NewUser(string? Email, UserRole? Role, string? Password);

/// <param name="Disabled">True: all sessions end, and signing in is refused.</param>
public sealed record UserUpdate(UserRole? Role, bool? Disabled);

/// <param name="LockedUntil">After too many failures.</param>
public sealed record UserDetail(
    Guid Id, string Email, UserRole Role, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt, DateTimeOffset? LastSignInAt, bool SecondFactor,
    DateTimeOffset? LockedUntil);

/// <param name="Password">Where it was made for the user: shown this once.</param>
public sealed record CreatedUser(Guid Id, string Email, UserRole Role, string? Password, DateTimeOffset CreatedAt);

/// <param name="Password">Shown this once.</param>
public sealed record ResetPassword(string Password);

public sealed record UserList(IReadOnlyList<UserDetail> Items);

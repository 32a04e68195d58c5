using Microsoft.AspNetCore.Identity;

namespace Driftlock.Storage.Model;

/// <summary>Who owns data. Every row that a user can reach names its tenant, and every query asks for it.</summary>
public sealed class Tenant
{
    /// <summary>The tenant that the bootstrap key belongs to; its operators manage the others.</summary>
    public const int DefaultId = 1;

    public int Id { get; set; }

    public required string Name { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public TenantTier Tier { get; set; }

    /// <summary>Open anomalies are acknowledged by themselves after so many days; null: never.</summary>
    public int? AutoAcknowledgeDays { get; set; }

    /// <summary>Nobody of this tenant gets in, and nothing it sends is taken.</summary>
    public DateTimeOffset? DisabledAt { get; set; }
}

/// <summary>Which limits a tenant has (Driftlock.Api/Limits). Stored by value: never renumber.</summary>
public enum TenantTier : short
{
    /// <summary>No limits but those of the machine.</summary>
    Unlimited = 0,
    Free = 1,
    Team = 2,
    Business = 3,
}

/// <summary>What a caller may do. Stored by value: never renumber.</summary>
[Flags]
public enum Scopes
{
    None = 0,

    /// <summary>Send telemetry.</summary>
    Ingest = 1,

    Read = 2,

    /// <summary>Work on anomalies and incidents: status, feedback, exports.</summary>
    Write = 4,

    /// <summary>Configure detection, manage keys and users of the tenant.</summary>
    Admin = 8,

    /// <summary>Manage tenants and signing keys; of the default tenant only.</summary>
    Operate = 16,
}

/// <summary>An API key: of the secret only a keyed hash is kept.</summary>
public sealed class ApiKey
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public required string Name { get; set; }

    public Scopes Scopes { get; set; }

    /// <summary>Driftlock.Storage.Identity.Credential, under a master key.</summary>
    public required byte[] SecretHash { get; set; }

    /// <summary>False for rows of versions before master keys: set-up hashes their hash once more.</summary>
    public bool IsKeyed { get; set; }

    /// <summary>The first characters of the secret, to tell keys apart on a list.</summary>
    public required string Prefix { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>To the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>The key that this one takes the place of.</summary>
    public Guid? ReplacesId { get; set; }
}

/// <summary>A person who signs in with a password; ASP.NET Core Identity keeps hash, lockout and second factor.</summary>
public sealed class User : IdentityUser<Guid>
{
    public int TenantId { get; set; }

    public UserRole Role { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? DisabledAt { get; set; }

    public DateTimeOffset? LastSignInAt { get; set; }
}

/// <summary>Stored by value: never renumber.</summary>
public enum UserRole : short
{
    Viewer = 1,
    Analyst = 2,
    Admin = 3,

    /// <summary>An admin of the default tenant who also manages tenants and signing keys.</summary>
    Operator = 4,
}

/// <summary>A sign-in of a user: of its token only a keyed hash is kept.</summary>
public sealed class UserSession
{
    public required byte[] TokenHash { get; set; }

    public Guid UserId { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}

namespace Driftlock.Storage.Model;

/// <summary>Who owns data. Every row that a user can reach names its tenant, and every query asks for it.</summary>
public sealed class Tenant
{
    /// <summary>The tenant that the bootstrap key belongs to.</summary>
    public const int DefaultId = 1;

    public int Id { get; set; }

    public required string Name { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>What a key may do. Stored by value: never renumber.</summary>
public enum ApiKeyRole : short
{
    /// <summary>May send telemetry and nothing else.</summary>
    Ingest = 1,

    /// <summary>May read.</summary>
    Read = 2,

    /// <summary>May do everything, keys included.</summary>
    Admin = 3,
}

/// <summary>An API key: of the secret only its SHA-256 is kept, since the secret has at least 128 random bits.</summary>
public sealed class ApiKey
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public required string Name { get; set; }

    public ApiKeyRole Role { get; set; }

    public required byte[] SecretHash { get; set; }

    /// <summary>The first characters of the secret, to tell keys apart on a list.</summary>
    public required string Prefix { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}

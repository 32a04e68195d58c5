namespace Driftlock.Storage.Model;

/// <summary>A change that somebody made. Rows are only ever added; each carries the hash of the one before it.</summary>
public sealed class AuditEntry
{
    public int TenantId { get; set; }

    /// <summary>Counts from 1 within the tenant, without gaps.</summary>
    public long Position { get; set; }

    public DateTimeOffset At { get; set; }

    /// <summary>key:ID, user:ID, token:SUBJECT or system.</summary>
    public required string Actor { get; set; }

    public required string ActorName { get; set; }

    /// <summary>Such as api-key.create.</summary>
    public required string Action { get; set; }

    public required string Target { get; set; }

    /// <summary>JSON as it was; null where there was nothing.</summary>
    public string? Before { get; set; }

    /// <summary>JSON as it is now; null where there is nothing any more.</summary>
    public string? After { get; set; }

    /// <summary>SHA-256, hex; of the first, 64 zeros.</summary>
    public required string PreviousHash { get; set; }

    public required string Hash { get; set; }
}

/// <summary>A write that named a key, and its answer, so that a repetition gets the same answer and no second effect.</summary>
public sealed class IdempotentWrite
{
    public int TenantId { get; set; }

    public required string Actor { get; set; }

    public required string Key { get; set; }

    /// <summary>SHA-256 of method, path and body.</summary>
    public required byte[] RequestHash { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When the change itself was committed, in the same transaction; null where nothing was changed.</summary>
    public DateTimeOffset? CommittedAt { get; set; }

    /// <summary>Null while it runs, and where the answer was lost.</summary>
    public int? StatusCode { get; set; }

    public string? ContentType { get; set; }

    public string? Location { get; set; }

    /// <summary>Sealed: an answer can hold a secret that is shown once.</summary>
    public byte[]? Body { get; set; }
}

/// <summary>A key pair that signs evidence. The newest one that is not retired signs; public keys are kept for ever.</summary>
public sealed class SigningKey
{
    /// <summary>First 16 hex digits of the SHA-256 of the public key.</summary>
    public required string Id { get; set; }

    /// <summary>SubjectPublicKeyInfo, DER.</summary>
    public required byte[] PublicKey { get; set; }

    /// <summary>PKCS #8, sealed; null once retired.</summary>
    public byte[]? PrivateKey { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? RetiredAt { get; set; }
}

/// <summary>A link of a tenant's chain of evidence (Driftlock.Cbad.EvidenceLink), with the signature of the bundle beside it.</summary>
public sealed class EvidenceChainRow
{
    public int TenantId { get; set; }

    public long Position { get; set; }

    public required string AnomalyId { get; set; }

    public required string ContentHash { get; set; }

    public required string PreviousHash { get; set; }

    public required string Hash { get; set; }

    public required string KeyId { get; set; }

    /// <summary>Over the hash of this link, 64 bytes.</summary>
    public required byte[] Signature { get; set; }

    /// <summary>Over the content hash: Driftlock.Cbad.EvidenceSignature, 64 bytes.</summary>
    public required byte[] BundleSignature { get; set; }
}

/// <summary>What a tenant sent in a day of UTC.</summary>
public sealed class UsageDay
{
    public int TenantId { get; set; }

    public DateOnly Day { get; set; }

    public long Requests { get; set; }

    public long Events { get; set; }

    public long Bytes { get; set; }
}

/// <summary>The master key of a deployment that configured none: at most one row.</summary>
public sealed class KeptMasterKey
{
    public required string Secret { get; set; }
}

namespace Driftlock.Web.ApiClient;

/// <summary>What comes of computing an anomaly again from its evidence (<c>GET /api/v1/anomalies/{id}/verification</c>).</summary>
public sealed record Verification
{
    /// <summary>The recomputation agrees, the signature is valid, and it stands in the chain.</summary>
    public bool Verified { get; init; }

    public Recomputation Recomputation { get; init; } = new();
    public VerifiedSignature Signature { get; init; } = new();
    public VerifiedLink Chain { get; init; } = new();
}

public sealed record Recomputation
{
    public bool Agrees { get; init; }
    public IReadOnlyList<RecomputedDifference> Differences { get; init; } = [];
    public IReadOnlyList<string> Notes { get; init; } = [];
}

public sealed record RecomputedDifference(string What, string Stated, string Recomputed);

public sealed record VerifiedSignature
{
    /// <summary>valid, invalid, missing or unknown-key.</summary>
    public string State { get; init; } = "";

    public string? Algorithm { get; init; }
    public string? KeyId { get; init; }
    public DateTimeOffset? KeyCreatedAt { get; init; }
    public DateTimeOffset? KeyRetiredAt { get; init; }
}

public sealed record VerifiedLink
{
    /// <summary>linked, broken or missing.</summary>
    public string State { get; init; } = "";

    public string? Problem { get; init; }
    public long? Position { get; init; }

    /// <summary>Links of the tenant's chain.</summary>
    public long? Length { get; init; }

    public string? PreviousHash { get; init; }
    public string? Hash { get; init; }
}

/// <summary>What somebody said of an anomaly.</summary>
/// <param name="Kind">confirmed, falsePositive or irrelevant.</param>
public sealed record FeedbackItem(string Id, string Kind, string? Reason, DateTimeOffset At, string By);

public sealed record FeedbackList
{
    public IReadOnlyList<FeedbackItem> Items { get; init; } = [];
}

/// <summary>Body of <c>POST /api/v1/anomalies/{id}/feedback</c>.</summary>
internal sealed record NewFeedback(string Kind, string? Reason);

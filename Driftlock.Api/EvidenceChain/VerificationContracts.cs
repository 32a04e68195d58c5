using System.Text.Json.Serialization;
using Driftlock.Cbad;

namespace Driftlock.Api.EvidenceChain;

/// <summary>Whether an anomaly follows from its bundle, whether the bundle is signed, and whether it stands in the tenant's chain.</summary>
/// <param name="Verified">All three are good.</param>
/// <param name="ContentHash">That the bundle states, which is what was signed and linked; whether it is that of the content says the recomputation. Null: the bundle cannot be read.</param>
public sealed record AnomalyVerification(
    string AnomalyId, bool Verified, RecomputationResult Recomputation, SignatureResult Signature, ChainResult Chain, string? ContentHash);

/// <param name="Agrees">Nothing differs.</param>
/// <param name="Differences">The first 50, their texts cut at 200 characters.</param>
/// <param name="Notes">What could not be compared here; the first 20.</param>
public sealed record RecomputationResult(bool Agrees, IReadOnlyList<VerificationDifference> Differences, IReadOnlyList<string> Notes);

public enum SignatureState
{
    Valid,
    Invalid,

    /// <summary>The anomaly was found before there were signatures, or its link was removed.</summary>
    Missing,

    /// <summary>Its key is none of those that are published.</summary>
    [JsonStringEnumMemberName("unknown-key")]
    UnknownKey,
}

/// <param name="KeyCreatedAt">Null: the key is unknown.</param>
/// <param name="KeyRetiredAt">Since then it signs nothing; what it signed stays valid.</param>
public sealed record SignatureResult(SignatureState State, string? Algorithm, string? KeyId, DateTimeOffset? KeyCreatedAt, DateTimeOffset? KeyRetiredAt);

public enum ChainState
{
    Linked,
    Broken,

    /// <summary>No link names the anomaly: it was found before there was a chain, or its link was removed.</summary>
    Missing,
}

/// <param name="Problem">What is wrong, in words; null where nothing is.</param>
/// <param name="Position">Of the anomaly's link, from 1; null where there is none.</param>
/// <param name="Length">Position of the chain's newest link.</param>
public sealed record ChainResult(ChainState State, string? Problem, long? Position, long Length, string? PreviousHash, string? Hash);

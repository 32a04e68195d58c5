using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Driftlock.Cbad;

/// <summary>
/// One link of a tenant's chain of evidence: it names a bundle by its content hash and the link before it by its hash, so that a bundle
/// that is changed, exchanged or left out breaks the chain. The end of a chain can only be missed by who wrote down a later head.
/// </summary>
/// <param name="Position">Counts from 1 within the tenant, without gaps.</param>
/// <param name="AnomalyId">partition-offset-ordinal.</param>
/// <param name="ContentHash">Of the bundle: <see cref="Evidence.ContentHash"/>.</param>
/// <param name="PreviousHash">Of the link before; of the first, <see cref="NoHash"/>.</param>
/// <param name="Hash">64 lower-case hex digits: <see cref="HashOf"/>.</param>
/// <param name="KeyId">As in <see cref="EvidenceSignature"/>.</param>
/// <param name="Signature">ECDSA over P-256 with SHA-256, IEEE P1363 form, over the UTF-8 bytes of <paramref name="Hash"/>; base64.</param>
public sealed record EvidenceLink(long Position, string AnomalyId, string ContentHash, string PreviousHash, string Hash, string KeyId, byte[] Signature)
{
    /// <summary>64 zeros.</summary>
    public static readonly string NoHash = new('0', 64);

    /// <summary>SHA-256, lower-case hex, over the UTF-8 lines: driftlock-chain-1, tenant, position, anomaly id, content hash, previous hash.</summary>
    public static string HashOf(int tenant, long position, string anomalyId, string contentHash, string previousHash) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"driftlock-chain-1\n{tenant}\n{position}\n{anomalyId}\n{contentHash}\n{previousHash}"))));
}

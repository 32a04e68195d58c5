using System.Text;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Secrets;

namespace Driftlock.Storage.Detection;

/// <summary>The form in which evidence lies in the store: compressed, then sealed to the anomaly that it is of.</summary>
public static class StoredEvidence
{
    /// <param name="evidence">JSON, byte for byte as the engine wrote it.</param>
    public static byte[] Seal(ReadOnlySpan<byte> evidence, KeyRing ring, string anomalyId) => ring.Seal(EventPayload.Compress(evidence), Context(anomalyId));

    /// <exception cref="System.Security.Cryptography.CryptographicException">Changed since, of another anomaly, or its master key is missing.</exception>
    public static byte[] Open(ReadOnlySpan<byte> stored, bool isSealed, KeyRing ring, string anomalyId) =>
        EventPayload.Decompress(isSealed ? ring.Open(stored, Context(anomalyId)) : stored);

    private static byte[] Context(string anomalyId) => Encoding.UTF8.GetBytes("evidence " + anomalyId);
}

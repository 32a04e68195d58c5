using System.Security.Cryptography;
using System.Text;

namespace Driftlock.Cbad;

/// <summary>The public keys that signatures of evidence are checked with: ECDSA over P-256.</summary>
public sealed class EvidenceKeys : IDisposable
{
    private const int P256Bits = 256;

    private readonly Dictionary<string, ECDsa> _keys = [];

    public bool IsEmpty => _keys.Count == 0;

    public void Dispose()
    {
        foreach (var key in _keys.Values) key.Dispose();
        _keys.Clear();
    }

    /// <param name="pem">A public key.</param>
    /// <exception cref="FormatException">Not a PEM public key, or not over P-256.</exception>
    public void Add(string pem)
    {
        var key = ECDsa.Create();
        var isKept = false;
        try
        {
            key.ImportFromPem(pem);
            if (key.KeySize != P256Bits) throw new FormatException($"a key of {key.KeySize} bits; evidence is signed over P-256");
            isKept = _keys.TryAdd(IdOf(key.ExportSubjectPublicKeyInfo()), key);
        }
        catch (Exception failure) when (failure is ArgumentException or CryptographicException)
        {
            throw new FormatException($"not a PEM public key: {failure.Message}", failure);
        }
        finally
        {
            if (!isKept) key.Dispose();
        }
    }

    /// <summary>First 16 hex digits of the SHA-256 of a key's SubjectPublicKeyInfo.</summary>
    public static string IdOf(ReadOnlySpan<byte> subjectPublicKeyInfo) => Convert.ToHexStringLower(SHA256.HashData(subjectPublicKeyInfo))[..16];

    public bool Knows(string keyId) => _keys.ContainsKey(keyId);

    /// <param name="keyId">As in <see cref="EvidenceSignature"/>.</param>
    /// <param name="hash">Whose UTF-8 bytes were signed.</param>
    /// <param name="signature">IEEE P1363 form.</param>
    /// <returns>What is wrong with the signature; null when it is good.</returns>
    public string? Problem(string keyId, string hash, ReadOnlySpan<byte> signature)
    {
        if (!_keys.TryGetValue(keyId, out var key)) return $"signed by the key {keyId}, which was not given";
        return key.VerifyData(Encoding.UTF8.GetBytes(hash), signature, HashAlgorithmName.SHA256) ? null : "the signature does not match this key";
    }

    /// <param name="signature">Of a bundle.</param>
    /// <param name="contentHash">Of the same bundle.</param>
    /// <returns>What is wrong with it; null when it is good.</returns>
    public string? Problem(EvidenceSignature signature, string contentHash) =>
        signature.Algorithm != EvidenceSignature.EcdsaP256Sha256
            ? $"unknown signature algorithm '{signature.Algorithm}'"
            : Problem(signature.KeyId, contentHash, signature.Value);
}

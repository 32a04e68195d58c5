using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Driftlock.Cli.Verify;

/// <summary>The public keys that signatures are checked with: one out of a PEM file, or all that a deployment has published.</summary>
internal sealed class VerificationKeys
{
    private const int P256Bits = 256;

    private readonly Dictionary<string, ECDsa> _keys = [];

    public bool IsEmpty => _keys.Count == 0;

    /// <exception cref="InputException">A file is missing or holds no such key; the message names it.</exception>
    public static VerificationKeys Load(string? pemPath, string? publishedPath)
    {
        var keys = new VerificationKeys();
        if (pemPath is not null) keys.Add(Read(pemPath), pemPath);
        if (publishedPath is null) return keys;
        try
        {
            using var published = JsonDocument.Parse(Read(publishedPath));
            foreach (var key in published.RootElement.GetProperty("keys").EnumerateArray()) keys.Add(key.GetProperty("publicKey").GetString() ?? "", publishedPath);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InputException($"{publishedPath}: not what GET /api/v1/evidence/keys gives: {failure.Message}");
        }
        if (keys.IsEmpty) throw new InputException($"{publishedPath}: holds no key");
        return keys;
    }

    /// <returns>What is wrong with the signature; null when it is good.</returns>
    public string? Problem(string keyId, string signed, byte[] signature)
    {
        if (!_keys.TryGetValue(keyId, out var key)) return $"signed by the key {keyId}, which was not given";
        return key.VerifyData(Encoding.UTF8.GetBytes(signed), signature, HashAlgorithmName.SHA256) ? null : "the signature does not match this key";
    }

    private static string Read(string path) => File.Exists(path) ? File.ReadAllText(path) : throw new InputException($"{path}: no such file");

    private void Add(string pem, string path)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
        }
        catch (Exception failure) when (failure is ArgumentException or CryptographicException)
        {
            throw new InputException($"{path}: not a PEM public key: {failure.Message}");
        }
        if (key.KeySize != P256Bits) throw new InputException($"{path}: a key of {key.KeySize} bits; evidence is signed over P-256");
        _keys[Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..16]] = key;
    }
}

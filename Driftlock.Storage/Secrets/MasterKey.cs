using System.Security.Cryptography;
using System.Text;

namespace Driftlock.Storage.Secrets;

/// <summary>A master key, of which only what is derived from it (HKDF, RFC 5869, SHA-256) is ever used: a key a purpose.</summary>
public sealed class MasterKey
{
    public const int IdBytes = 8;

    private readonly byte[] _hashKey;
    private readonly byte[] _sealingKey;

    public MasterKey(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (secret.Length < MasterKeyOptions.Shortest)
        {
            throw new ArgumentException($"a master key must have at least {MasterKeyOptions.Shortest} characters; it has {secret.Length}", nameof(secret));
        }
        var material = Encoding.UTF8.GetBytes(secret);
        Id = Derive(material, "driftlock key id", IdBytes);
        _hashKey = Derive(material, "driftlock hash of secrets", 32);
        _sealingKey = Derive(material, "driftlock sealing", 32);
    }

    /// <summary>Tells keys apart and says nothing about them; 8 bytes.</summary>
    public ReadOnlyMemory<byte> Id { get; }

    /// <summary>HMAC-SHA-256: who reads the stored hashes alone cannot even test a guess.</summary>
    public byte[] Hash(ReadOnlySpan<byte> secret) => HMACSHA256.HashData(_hashKey, secret);

    internal AesGcm Cipher() => new(_sealingKey, AesGcm.TagByteSizes.MaxSize);

    private static byte[] Derive(byte[] material, string purpose, int length) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, material, length, salt: null, Encoding.UTF8.GetBytes(purpose));
}

using System.Security.Cryptography;

namespace Driftlock.Storage.Secrets;

/// <summary>The current master key, which writes, and the earlier ones, which only read.</summary>
public sealed class KeyRing
{
    private const byte Version = 1;
    private const int HeaderBytes = 1 + MasterKey.IdBytes;

    private static readonly int NonceBytes = AesGcm.NonceByteSizes.MaxSize;
    private static readonly int TagBytes = AesGcm.TagByteSizes.MaxSize;

    private readonly MasterKey[] _keys;

    /// <param name="keys">The current one first; at least one.</param>
    public KeyRing(IEnumerable<MasterKey> keys)
    {
        _keys = [.. keys];
        if (_keys.Length == 0) throw new ArgumentException("a key ring needs a key", nameof(keys));
    }

    /// <summary>Under the current key, then under each earlier one: what to look a secret up by.</summary>
    public IReadOnlyList<byte[]> Hashes(ReadOnlySpan<byte> secret)
    {
        var hashes = new byte[_keys.Length][];
        for (var i = 0; i < hashes.Length; i++) hashes[i] = _keys[i].Hash(secret);
        return hashes;
    }

    /// <summary>Under the current key.</summary>
    public byte[] Hash(ReadOnlySpan<byte> secret) => _keys[0].Hash(secret);

    /// <summary>AES-256-GCM: version (1 byte), key id (8), nonce (12), tag (16), cipher text.</summary>
    /// <param name="plain">What to hide.</param>
    /// <param name="context">What it belongs to: opening it in another place fails. Not hidden.</param>
    public byte[] Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> context)
    {
        var sealedBytes = new byte[HeaderBytes + NonceBytes + TagBytes + plain.Length];
        sealedBytes[0] = Version;
        _keys[0].Id.Span.CopyTo(sealedBytes.AsSpan(1));
        var nonce = sealedBytes.AsSpan(HeaderBytes, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = _keys[0].Cipher();
        cipher.Encrypt(
            nonce, plain, sealedBytes.AsSpan(HeaderBytes + NonceBytes + TagBytes), sealedBytes.AsSpan(HeaderBytes + NonceBytes, TagBytes), context);
        return sealedBytes;
    }

    /// <exception cref="CryptographicException">Changed since, of another place, or sealed by a key that is not on the ring.</exception>
    public byte[] Open(ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> context)
    {
        if (sealedBytes.Length < HeaderBytes + NonceBytes + TagBytes || sealedBytes[0] != Version)
        {
            throw new CryptographicException("these bytes were not sealed by this program");
        }
        var key = Find(sealedBytes.Slice(1, MasterKey.IdBytes));
        var plain = new byte[sealedBytes.Length - HeaderBytes - NonceBytes - TagBytes];
        using var cipher = key.Cipher();
        cipher.Decrypt(
            sealedBytes.Slice(HeaderBytes, NonceBytes), sealedBytes[(HeaderBytes + NonceBytes + TagBytes)..],
            sealedBytes.Slice(HeaderBytes + NonceBytes, TagBytes), plain, context);
        return plain;
    }

    private MasterKey Find(ReadOnlySpan<byte> id)
    {
        foreach (var key in _keys)
        {
            if (key.Id.Span.SequenceEqual(id)) return key;
        }
        throw new CryptographicException(
            $"sealed under the master key {Convert.ToHexStringLower(id)}, which is neither Driftlock:MasterKey nor among Driftlock:PreviousMasterKeys");
    }
}

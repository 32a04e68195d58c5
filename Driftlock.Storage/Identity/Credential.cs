using System.Security.Cryptography;
using System.Text;

namespace Driftlock.Storage.Identity;

/// <summary>A secret that identifies its bearer: an API key (<c>dlk_</c>) or a user's session (<c>dls_</c>), 40 random letters and digits (238 bits).</summary>
public static class Credential
{
    public const string ApiKeyPrefix = "dlk_";

    public const string SessionPrefix = "dls_";

    /// <summary>A secret given from outside (the bootstrap key) must be at least this long: shorter ones can be guessed.</summary>
    public const int ShortestGiven = 24;

    /// <summary>Longer ones are refused before they are hashed.</summary>
    public const int Longest = 256;

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static string Create(string prefix) => prefix + RandomNumberGenerator.GetString(Alphabet, 40);

    /// <summary>What is hashed under a master key (KeyRing.Hash). A slow hash protects guessable secrets; these are random, and every request pays.</summary>
    public static byte[] Digest(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>Enough to tell keys apart, too little to guess one.</summary>
    public static string Display(string secret) => secret[..Math.Min(8, secret.Length / 3)];
}

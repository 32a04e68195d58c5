using System.Security.Cryptography;
using System.Text;

namespace Driftlock.Storage.Identity;

/// <summary>The secret of an API key: <c>dlk_</c> and 40 random letters and digits (238 bits), shown once.</summary>
public static class ApiKeySecret
{
    public const string Prefix = "dlk_";

    /// <summary>A secret given from outside (the bootstrap key) must be at least this long: shorter ones can be guessed.</summary>
    public const int ShortestGiven = 24;

    /// <summary>Longer ones are refused before they are hashed.</summary>
    public const int Longest = 256;

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static string Create() => Prefix + RandomNumberGenerator.GetString(Alphabet, 40);

    /// <summary>SHA-256 suffices: the secret is random, so there is no dictionary to try, and every request pays for it.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>Enough to tell keys apart, too little to guess one.</summary>
    public static string Display(string secret) => secret[..Math.Min(8, secret.Length / 3)];
}

using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Driftlock.Tests.Accounts;

/// <summary>An authenticator: RFC 6238 with SHA-1, 30 seconds, 6 digits.</summary>
internal static class Totp
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <param name="key">Base32.</param>
    /// <param name="steps">Half minutes from now.</param>
    public static string Code(string key, int steps = 0)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, (DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30) + steps);
#pragma warning disable CA5350 // What RFC 6238 and every authenticator use.
        var hash = HMACSHA1.HashData(Decode(key), counter);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 15)) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static byte[] Decode(string text)
    {
        var (bits, held, bytes) = (0, 0, new List<byte>());
        foreach (var c in text)
        {
            (bits, held) = ((bits << 5) | Base32.IndexOf(c, StringComparison.Ordinal), held + 5);
            if (held < 8) continue;
            held -= 8;
            bytes.Add((byte)(bits >> held));
            bits &= (1 << held) - 1;
        }
        return [.. bytes];
    }
}

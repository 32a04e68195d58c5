using System.Text;

namespace Driftlock.Telemetry.Redaction;

/// <summary>How surely a name says that its value is secret.</summary>
internal enum KeyStrength
{
    None,

    /// <summary>Also an ordinary word: in running text ("unexpected token: x") the value must look like a secret.</summary>
    Weak,

    Strong,
}

/// <summary>
/// Judges a key by its last words: <c>db.password</c>, <c>X-Api-Key</c>, <c>accessToken</c> and <c>passwordHash</c> are sensitive,
/// <c>token_count</c>, <c>SecretManager</c> and <c>password.policy</c> are not.
/// </summary>
internal static class KeyName
{
    private const int MaxBytes = 64;
    private const int MaxWords = 16;

    private static readonly byte[][] StrongEndings =
        [.. new[] { "password", "passwd", "passphrase", "passcode", "secret", "secrets", "apikey", "privatekey", "secretkey", "accesskey" }.Select(Encoding.ASCII.GetBytes)];

    private static readonly byte[][] WeakEndings =
        [.. new[] { "token", "authorization", "cookie", "cookies", "jwt", "credential", "credentials", "sessid", "jsessionid" }.Select(Encoding.ASCII.GetBytes)];

    private static readonly byte[][] StrongWords = [.. new[] { "pwd", "cvv", "cvc", "ssn" }.Select(Encoding.ASCII.GetBytes)];

    private static readonly byte[][] WeakWords = [.. new[] { "pass" }.Select(Encoding.ASCII.GetBytes)];

    /// <summary>Before "key".</summary>
    private static readonly byte[][] KeyKinds =
        [.. new[] { "api", "access", "private", "secret", "signing", "encryption", "auth", "account", "master", "shared" }.Select(Encoding.ASCII.GetBytes)];

    /// <summary>After a sensitive word these still hold the secret, or what stands for it.</summary>
    private static readonly byte[][] Carriers =
        [.. new[] { "value", "hash", "text", "string", "raw", "plain", "digest", "id", "header", "base64", "encrypted", "new", "old", "confirmation" }.Select(Encoding.ASCII.GetBytes)];

    public static KeyStrength StrengthOf(ReadOnlySpan<byte> key)
    {
        // The working directory of a shell, not a password.
        if (key.SequenceEqual("PWD"u8)) return KeyStrength.None;
        if (key.Length > MaxBytes) key = key[^MaxBytes..];
        Span<byte> lower = stackalloc byte[MaxBytes];
        Span<int> starts = stackalloc int[MaxWords + 1];
        var words = Split(key, lower, starts);
        while (words > 1 && (IsOneOf(Word(lower, starts, words - 1), Carriers) || IsNumber(Word(lower, starts, words - 1)))) words--;
        if (words == 0) return KeyStrength.None;
        var last = Word(lower, starts, words - 1);
        if (EndsWithOneOf(last, StrongEndings) || IsOneOf(last, StrongWords)) return KeyStrength.Strong;
        if (words > 1 && last.SequenceEqual("key"u8) && IsOneOf(Word(lower, starts, words - 2), KeyKinds)) return KeyStrength.Strong;
        return EndsWithOneOf(last, WeakEndings) || IsOneOf(last, WeakWords) ? KeyStrength.Weak : KeyStrength.None;
    }

    /// <summary>Only a name that ends like this can be sensitive: the last letters of all words above. A cheap first look at running text.</summary>
    public static bool CanEnd(byte last) => last is (>= (byte)'0' and <= (byte)'9') || "dtesynglwcrvh"u8.Contains((byte)(last | 0x20));

    /// <summary>Headers whose value is the rest of the line.</summary>
    public static bool IsCookie(ReadOnlySpan<byte> key) => key.Length >= 6 && Ascii.EqualsIgnoreCase(key[^6..], "cookie"u8);

    /// <summary>Lower-case words, split at everything that is no letter or digit and where camelCase turns; the last ones if there are many.</summary>
    private static int Split(ReadOnlySpan<byte> key, Span<byte> lower, Span<int> starts)
    {
        var (words, length, inWord) = (0, 0, false);
        for (var i = 0; i < key.Length; i++)
        {
            var b = key[i];
            if (!IsAlphanumeric(b))
            {
                inWord = false;
                continue;
            }
            var turns = inWord && IsUpper(b) && (!IsUpper(key[i - 1]) || (i + 1 < key.Length && IsLower(key[i + 1])));
            if (!inWord || turns)
            {
                if (words == MaxWords)
                {
                    for (var w = 1; w < words; w++) starts[w - 1] = starts[w];
                    words--;
                }
                starts[words++] = length;
                inWord = true;
            }
            lower[length++] = IsUpper(b) ? (byte)(b | 0x20) : b;
        }
        starts[words] = length;
        return words;
    }

    private static ReadOnlySpan<byte> Word(ReadOnlySpan<byte> lower, ReadOnlySpan<int> starts, int index) => lower[starts[index]..starts[index + 1]];

    private static bool IsOneOf(ReadOnlySpan<byte> word, byte[][] set)
    {
        foreach (var candidate in set)
        {
            if (word.SequenceEqual(candidate)) return true;
        }
        return false;
    }

    private static bool EndsWithOneOf(ReadOnlySpan<byte> word, byte[][] set)
    {
        foreach (var candidate in set)
        {
            if (word.EndsWith(candidate)) return true;
        }
        return false;
    }

    private static bool IsNumber(ReadOnlySpan<byte> word) => !word.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static bool IsAlphanumeric(byte b) => IsUpper(b) || IsLower(b) || b is >= (byte)'0' and <= (byte)'9';

    private static bool IsUpper(byte b) => b is >= (byte)'A' and <= (byte)'Z';

    private static bool IsLower(byte b) => b is >= (byte)'a' and <= (byte)'z';
}

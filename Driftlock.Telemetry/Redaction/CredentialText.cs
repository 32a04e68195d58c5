using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Driftlock.Telemetry.Redaction;

/// <summary>Credentials that are known by their own look, whatever name stands beside them.</summary>
internal static class CredentialText
{
    private static readonly SearchValues<byte> UrlBase64 =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    private static readonly SearchValues<byte> Token68 =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/="u8);

    /// <summary>Three base64url parts with dots between them, the first two of which start like JSON ("eyJ" is {").</summary>
    public static Finding Jwt(ReadOnlySpan<byte> text, int start, int floor)
    {
        if (start < floor || !text[start..].StartsWith("eyJ"u8) || (start > floor && UrlBase64.Contains(text[start - 1]))) return None(start);
        var header = Run(text, start, UrlBase64);
        if (header < 10 || !text[(start + header)..].StartsWith(".eyJ"u8)) return None(start);
        var payload = start + header + 1;
        var payloadLength = Run(text, payload, UrlBase64);
        var dot = payload + payloadLength;
        if (payloadLength < 4 || dot >= text.Length || text[dot] != (byte)'.') return None(start);
        return Found(start, dot + 1 + Run(text, dot + 1, UrlBase64), RedactionRule.Jwt);
    }

    /// <summary>From -----BEGIN ... PRIVATE KEY----- to its end, or to the end of the text when the key was cut.</summary>
    public static Finding PrivateKey(ReadOnlySpan<byte> text, int g)
    {
        var start = g - 7;
        if (start < 0 || !text[start..].StartsWith("-----BEGIN "u8)) return None(g);
        var label = text[start..Math.Min(text.Length, start + 64)];
        var labelEnd = label.IndexOf("PRIVATE KEY-----"u8);
        if (labelEnd < 0) return None(g);
        var body = start + labelEnd + 16;
        var end = text[body..].IndexOf("-----END "u8);
        if (end < 0) return Found(start, text.Length, RedactionRule.PrivateKey);
        var tail = body + end + 9;
        var close = text[tail..Math.Min(text.Length, tail + 64)].IndexOf("-----"u8);
        return Found(start, close < 0 ? tail : tail + close + 5, RedactionRule.PrivateKey);
    }

    /// <summary>"Bearer" or "Basic", a space and a credential; the scheme's name stays.</summary>
    public static Finding Scheme(ReadOnlySpan<byte> text, int b, int floor)
    {
        if (b > floor && char.IsAsciiLetterOrDigit((char)text[b - 1])) return None(b);
        var rest = text[b..];
        var isBearer = rest.Length > 7 && Ascii.EqualsIgnoreCase(rest[..7], "bearer "u8);
        var isBasic = !isBearer && rest.Length > 6 && Ascii.EqualsIgnoreCase(rest[..6], "basic "u8);
        if (!isBearer && !isBasic) return None(b);
        var start = b + (isBearer ? 7 : 6);
        while (start < text.Length && text[start] == (byte)' ') start++;
        var length = Run(text, start, Token68);
        var credential = text.Slice(start, length);
        var isCredential = isBearer ? LooksRandom(credential) : HoldsUserAndPassword(credential);
        return isCredential ? Found(start, start + length, RedactionRule.Bearer) : None(b);
    }

    /// <summary>dlk_, AKIA/ASIA, ghp_ and the like: a fixed prefix and enough of the right characters.</summary>
    public static Finding KnownPrefix(ReadOnlySpan<byte> text, int i, int floor, byte anchor) => anchor switch
    {
        (byte)'_' when Starts(text, i - 3, floor, "dlk_"u8) => Token(text, i - 3, floor, 12, RedactionRule.DriftlockKey),
        (byte)'_' when i >= 3 && text[i - 3] == (byte)'g' && text[i - 2] == (byte)'h' && "pousr"u8.Contains(text[i - 1]) =>
            Token(text, i - 3, floor, 24, RedactionRule.ProviderKey),
        (byte)'_' when Starts(text, i - 6, floor, "github_pat_"u8) => Token(text, i - 6, floor, 24, RedactionRule.ProviderKey),
        (byte)'_' when Starts(text, i - 2, floor, "sk_live_"u8) || Starts(text, i - 2, floor, "sk_test_"u8) || Starts(text, i - 2, floor, "rk_live_"u8) =>
            Token(text, i - 2, floor, 20, RedactionRule.ProviderKey),
        (byte)'x' when Starts(text, i, floor, "xoxb-"u8) || Starts(text, i, floor, "xoxp-"u8) || Starts(text, i, floor, "xoxa-"u8) || Starts(text, i, floor, "xoxs-"u8) =>
            Token(text, i, floor, 20, RedactionRule.ProviderKey),
        (byte)'z' when Starts(text, i - 2, floor, "AIza"u8) => Token(text, i - 2, floor, 39, RedactionRule.ProviderKey),
        (byte)'K' when Starts(text, i - 1, floor, "AKIA"u8) => AwsKey(text, i - 1, floor),
        (byte)'S' when Starts(text, i - 1, floor, "ASIA"u8) => AwsKey(text, i - 1, floor),
        _ => None(i),
    };

    /// <summary>Long, or of medium length with a digit in it: not a word of running text. Looks at 64 bytes at most.</summary>
    public static bool LooksRandom(ReadOnlySpan<byte> value)
    {
        if (value.Length >= 24) return true;
        return value.Length >= 8 && value.ContainsAnyInRange((byte)'0', (byte)'9') && value.ContainsAnyExceptInRange((byte)'-', (byte)':');
    }

    private static bool HoldsUserAndPassword(ReadOnlySpan<byte> credential)
    {
        var part = credential[..(Math.Min(credential.Length, 96) / 4 * 4)];
        Span<byte> decoded = stackalloc byte[72];
        return part.Length >= 8 && Base64.DecodeFromUtf8(part, decoded, out _, out var written) == OperationStatus.Done
            && decoded[..written].Contains((byte)':') && Ascii.IsValid(decoded[..written]);
    }

    private static Finding AwsKey(ReadOnlySpan<byte> text, int start, int floor)
    {
        // The look back comes first: only the start of a run of such characters is followed to its end.
        if ((start > floor && UrlBase64.Contains(text[start - 1])) || Run(text, start, UrlBase64) != 20) return None(start);
        foreach (var b in text.Slice(start, 20))
        {
            if (b is not ((>= (byte)'A' and <= (byte)'Z') or (>= (byte)'0' and <= (byte)'9'))) return None(start);
        }
        return Found(start, start + 20, RedactionRule.AwsKey);
    }

    private static Finding Token(ReadOnlySpan<byte> text, int start, int floor, int shortest, RedactionRule rule)
    {
        if (start > floor && UrlBase64.Contains(text[start - 1])) return None(start);
        var length = Run(text, start, UrlBase64);
        return length >= shortest ? Found(start, start + length, rule) : None(start);
    }

    private static bool Starts(ReadOnlySpan<byte> text, int start, int floor, ReadOnlySpan<byte> prefix) =>
        start >= floor && text[start..].StartsWith(prefix);

    private static int Run(ReadOnlySpan<byte> text, int start, SearchValues<byte> set)
    {
        if (start >= text.Length) return 0;
        var end = text[start..].IndexOfAnyExcept(set);
        return end < 0 ? text.Length - start : end;
    }

    private static Finding Found(int start, int end, RedactionRule rule) => new(new Range32(start, end), rule);

    private static Finding None(int at) => Finding.None(Math.Max(at, 0));
}

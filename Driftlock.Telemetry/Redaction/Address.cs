namespace Driftlock.Telemetry.Redaction;

/// <summary>What stands around an @: an e-mail address, or user and password of a URL.</summary>
internal static class Address
{
    private const int MaxLocal = 64;
    private const int MaxDomain = 255;
    private const int MaxUserInfo = 256;

    public static Finding Match(ReadOnlySpan<byte> text, int at, int floor)
    {
        var userInfo = UserInfo(text, at, floor);
        if (!userInfo.IsEmpty) return new Finding(userInfo, RedactionRule.UrlCredentials);
        var start = at;
        while (start > floor && at - start < MaxLocal && IsLocal(text[start - 1])) start--;
        while (start < at && text[start] is (byte)'.' or (byte)'-') start++;
        // git@host is a place, not a person.
        if (start == at || text[start..at].SequenceEqual("git"u8)) return Finding.None(at);
        var end = DomainEnd(text, at + 1);
        return end == 0 ? Finding.None(at) : new Finding(new Range32(start, end), RedactionRule.Email);
    }

    /// <summary>The part between :// and @ when it holds a password.</summary>
    private static Range32 UserInfo(ReadOnlySpan<byte> text, int at, int floor)
    {
        var hasColon = false;
        for (var i = at - 1; i >= floor && at - i <= MaxUserInfo; i--)
        {
            var b = text[i];
            if (b == (byte)':') hasColon = true;
            if (b == (byte)'/')
            {
                var isUrl = i >= 2 && text[i - 1] == (byte)'/' && text[i - 2] == (byte)':';
                return isUrl && hasColon ? new Range32(i + 1, at) : default;
            }
            if (b is <= (byte)' ' or (byte)'@' or (byte)'"' or (byte)'\'' or (byte)'<' or (byte)'>') break;
        }
        return default;
    }

    /// <summary>0 when no domain with a top level of letters starts here.</summary>
    private static int DomainEnd(ReadOnlySpan<byte> text, int start)
    {
        var (label, end) = (start, 0);
        for (var i = start; i <= text.Length && i - start <= MaxDomain; i++)
        {
            if (i < text.Length && (char.IsAsciiLetterOrDigit((char)text[i]) || text[i] == (byte)'-')) continue;
            if (i == label) break;
            if (label > start && i - label is >= 2 and <= 24 && !text[label..i].ContainsAnyExcept(AsciiLetters)) end = i;
            if (i == text.Length || text[i] != (byte)'.') break;
            label = i + 1;
        }
        return end;
    }

    private static readonly System.Buffers.SearchValues<byte> AsciiLetters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    private static bool IsLocal(byte b) =>
        char.IsAsciiLetterOrDigit((char)b) || b is (byte)'.' or (byte)'_' or (byte)'%' or (byte)'+' or (byte)'-';
}

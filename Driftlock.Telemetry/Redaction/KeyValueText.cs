using System.Buffers;
using System.Text;

namespace Driftlock.Telemetry.Redaction;

/// <summary>
/// <c>key=value</c>, <c>key: value</c> and <c>"key":"value"</c> anywhere in a text, JSON inside JSON strings included. The key and the
/// quotes stay; the value goes.
/// </summary>
internal static class KeyValueText
{
    private const int MaxKey = 64;
    private const int MaxSpaces = 4;
    private const int MaxQuoteMarks = 8;

    private static readonly SearchValues<byte> ValueEnds = SearchValues.Create(" \t\r\n,;&)]}\"'<>|\\"u8);
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n\"\\"u8);

    public static Finding Match(ReadOnlySpan<byte> text, int separator, int floor)
    {
        var keyEnd = KeyEnd(text, separator, floor, out var isQuotedKey);
        if (keyEnd <= floor || !KeyName.CanEnd(text[keyEnd - 1])) return Finding.None(separator);
        var key = Key(text, keyEnd, floor);
        var strength = KeyName.StrengthOf(key);
        if (strength == KeyStrength.None) return Finding.None(separator);
        var start = ValueStart(text, separator);
        if (start < 0) return Finding.None(separator);
        var finding = Value(text, start, key, isQuotedKey);
        if (finding.IsNone) return finding;
        var value = text[finding.Range.Start..finding.Range.End];
        if (!Redactor.IsWorthHiding(value)) return Finding.None(separator);
        var isRunningText = text[separator] == (byte)':' && !isQuotedKey && strength == KeyStrength.Weak;
        return isRunningText && !CredentialText.LooksRandom(value[..Math.Min(64, value.Length)]) ? Finding.None(separator) : finding;
    }

    private static int KeyEnd(ReadOnlySpan<byte> text, int separator, int floor, out bool isQuoted)
    {
        var end = separator;
        while (end > floor && separator - end < MaxSpaces && text[end - 1] == (byte)' ') end--;
        isQuoted = false;
        for (var marks = 0; end > floor && marks < MaxQuoteMarks && text[end - 1] is (byte)'"' or (byte)'\'' or (byte)'\\' or (byte)']'; marks++)
        {
            end--;
            isQuoted |= text[end] is (byte)'"' or (byte)'\'';
        }
        return end;
    }

    private static ReadOnlySpan<byte> Key(ReadOnlySpan<byte> text, int end, int floor)
    {
        var start = end;
        while (start > floor && end - start < MaxKey && IsKeyPart(text[start - 1])) start--;
        // "api key: x" is one name in two words.
        if (end - start == 3 && Ascii.EqualsIgnoreCase(text[start..end], "key"u8) && start > floor + 3 && text[start - 1] == (byte)' ')
        {
            start--;
            while (start > floor && end - start < MaxKey && IsKeyPart(text[start - 1])) start--;
        }
        return text[start..end];
    }

    /// <summary>-1 where the separator is none: <c>Token::parse</c>, <c>secret://path</c>, or nothing follows.</summary>
    private static int ValueStart(ReadOnlySpan<byte> text, int separator)
    {
        var start = separator + 1;
        if (start < text.Length && text[separator] == (byte)':' && text[start] == (byte)':') return -1;
        // := == =>
        if (start < text.Length && text[start] is (byte)'=' or (byte)'>') start++;
        for (var spaces = 0; start < text.Length && spaces < MaxSpaces && text[start] is (byte)' ' or (byte)'\t'; spaces++) start++;
        return start >= text.Length || text[start..].StartsWith("//"u8) ? -1 : start;
    }

    private static Finding Value(ReadOnlySpan<byte> text, int start, ReadOnlySpan<byte> key, bool isQuotedKey)
    {
        var quote = start;
        while (quote < text.Length && quote - start < MaxQuoteMarks && text[quote] == (byte)'\\') quote++;
        if (quote < text.Length && text[quote] is (byte)'"' or (byte)'\'')
        {
            return Found(quote + 1, QuotedEnd(text, quote, quote - start), quote: false);
        }
        if (text[start] is (byte)'{' or (byte)'[' && !text[start..].StartsWith("[REDACTED:"u8))
        {
            return Found(start, BracketEnd(text, start), isQuotedKey);
        }
        return Found(start, PlainEnd(text, start, key), isQuotedKey);
    }

    /// <summary>The closing quote has as many backslashes before it as the opening one; a cut text ends the value.</summary>
    private static int QuotedEnd(ReadOnlySpan<byte> text, int open, int backslashes)
    {
        for (var i = open + 1; ; i++)
        {
            var next = text[i..].IndexOf(text[open]);
            if (next < 0) return text.Length;
            i += next;
            var before = 0;
            while (i - before - 1 > open && text[i - before - 1] == (byte)'\\') before++;
            if (before == backslashes || (backslashes == 0 && before % 2 == 0)) return i - before * Math.Sign(backslashes);
        }
    }

    private static int BracketEnd(ReadOnlySpan<byte> text, int start)
    {
        var (depth, inString) = (0, false);
        for (var i = start; i < text.Length; i++)
        {
            switch (text[i])
            {
                case (byte)'\\' when inString: i++; break;
                case (byte)'"': inString = !inString; break;
                case (byte)'{' or (byte)'[' when !inString: depth++; break;
                case (byte)'}' or (byte)']' when !inString && --depth == 0: return i + 1;
            }
        }
        return text.Length;
    }

    private static int PlainEnd(ReadOnlySpan<byte> text, int start, ReadOnlySpan<byte> key)
    {
        if (KeyName.IsCookie(key)) return End(text, start, LineEnds);
        var end = End(text, start, ValueEnds);
        // "Authorization: Bearer x": the credential is the second word.
        var isScheme = end < text.Length && text[end] == (byte)' ' && IsScheme(text[start..end]);
        return isScheme ? End(text, end + 1, ValueEnds) : end;
    }

    private static bool IsScheme(ReadOnlySpan<byte> word) =>
        Ascii.EqualsIgnoreCase(word, "bearer"u8) || Ascii.EqualsIgnoreCase(word, "basic"u8) || Ascii.EqualsIgnoreCase(word, "token"u8)
        || Ascii.EqualsIgnoreCase(word, "apikey"u8) || Ascii.EqualsIgnoreCase(word, "negotiate"u8) || Ascii.EqualsIgnoreCase(word, "digest"u8);

    private static int End(ReadOnlySpan<byte> text, int start, SearchValues<byte> ends)
    {
        var end = text[start..].IndexOfAny(ends);
        return end < 0 ? text.Length : start + end;
    }

    private static bool IsKeyPart(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)'-' or (byte)'.';

    private static Finding Found(int start, int end, bool quote) => new(new Range32(start, end), RedactionRule.Secret, quote);
}

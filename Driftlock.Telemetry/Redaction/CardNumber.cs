namespace Driftlock.Telemetry.Redaction;

/// <summary>
/// Finds payment card numbers: 14 to 16 digits, in one piece or in the usual groups, with the prefix of an issuer and a right Luhn digit,
/// and not part of a longer name or number. Times, block numbers and random ids rarely pass all of these.
/// </summary>
internal static class CardNumber
{
    private const int Shortest = 14;
    private const int MaxDigits = 16;

    /// <summary>
    /// The first card number at or after <paramref name="from"/>, or an empty range at the end of the text. A number of 14 characters
    /// cannot hide between two looks that are 14 apart, so clean text costs a look at each fourteenth byte.
    /// </summary>
    public static Range32 Next(ReadOnlySpan<byte> text, int from)
    {
        for (var look = from + Shortest - 1; look < text.Length; look += Shortest)
        {
            if (!IsPart(text[look])) continue;
            var start = look;
            while (start > from && IsPart(text[start - 1])) start--;
            var end = look + 1;
            while (end < text.Length && IsPart(text[end])) end++;
            if (end - start >= Shortest && FindIn(text, start, end) is { IsEmpty: false } found) return found;
            look = end - 1;
        }
        return new Range32(text.Length, text.Length);
    }

    private static Range32 FindIn(ReadOnlySpan<byte> text, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (!IsDigit(text[i]) || (i > 0 && !MayPrecede(text, i))) continue;
            var length = Match(text, i);
            if (length > 0) return new Range32(i, i + length);
            while (i + 1 < end && IsDigit(text[i + 1])) i++;
        }
        return default;
    }

    /// <summary>Length of the card number that starts here; 0 when none does.</summary>
    private static int Match(ReadOnlySpan<byte> text, int start)
    {
        Span<byte> digits = stackalloc byte[MaxDigits];
        Span<int> groups = stackalloc int[4];
        var (count, group, groupCount, i) = (0, 0, 0, start);
        byte separator = 0;
        for (; i < text.Length; i++)
        {
            var b = text[i];
            if (IsDigit(b))
            {
                if (count == MaxDigits) return 0;
                digits[count++] = (byte)(b - '0');
                group++;
                continue;
            }
            // A separator counts only between two groups, and all are the same.
            if (b is not ((byte)' ' or (byte)'-') || (separator != 0 && b != separator) || i + 1 >= text.Length || !IsDigit(text[i + 1])) break;
            if (groupCount == 3 || group is < 4 or > 6) break;
            separator = b;
            groups[groupCount++] = group;
            group = 0;
        }
        if (i < text.Length && !MayFollow(text, i)) return 0;
        if (groupCount > 0 && !IsUsualGrouping(groups[..groupCount], group)) return 0;
        return count >= Shortest && IsIssuer(digits[..count]) && IsLuhn(digits[..count]) ? i - start : 0;
    }

    private static bool IsUsualGrouping(ReadOnlySpan<int> groups, int last) =>
        groups switch
        {
            [4, 4, 4] => last == 4,
            [4, 6] => last is 4 or 5,
            _ => false,
        };

    private static bool IsIssuer(ReadOnlySpan<byte> digits)
    {
        var four = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3];
        return digits.Length switch
        {
            16 => four is (>= 4000 and <= 4999) or (>= 5100 and <= 5599) or (>= 2221 and <= 2720) or 6011 or (>= 6440 and <= 6599)
                or (>= 3528 and <= 3589) or (>= 6200 and <= 6299),
            15 => four / 100 is 34 or 37,
            _ => four / 100 is 36 or 38 || four / 10 is >= 300 and <= 305,
        };
    }

    private static bool IsLuhn(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] * (1 + (i & 1));
            sum += digit > 9 ? digit - 9 : digit;
        }
        return sum % 10 == 0 && digits.ContainsAnyExcept(digits[0]);
    }

    private static bool MayPrecede(ReadOnlySpan<byte> text, int start) =>
        !(char.IsAsciiLetterOrDigit((char)text[start - 1]) || text[start - 1] is (byte)'_' or (byte)'-' or (byte)'.' or (byte)'+' or (byte)'/');

    private static bool MayFollow(ReadOnlySpan<byte> text, int end) =>
        !(char.IsAsciiLetterOrDigit((char)text[end]) || text[end] is (byte)'_' or (byte)'-' or (byte)'/'
            || (text[end] == (byte)'.' && end + 1 < text.Length && IsDigit(text[end + 1])));

    private static bool IsPart(byte b) => IsDigit(b) || b is (byte)' ' or (byte)'-';

    private static bool IsDigit(byte b) => b is >= (byte)'0' and <= (byte)'9';
}

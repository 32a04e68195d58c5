using System.Globalization;
using System.Text;

namespace Driftlock.Telemetry.Plain;

/// <summary>Times as people write them: ISO 8601, or Unix time whose size tells its unit.</summary>
internal static class PlainTime
{
    public const string Right = "ISO 8601 such as 2026-01-02T03:04:05.678Z, or Unix time in milliseconds or nanoseconds,";

    private static readonly string[] Forms =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd",
    ];

    /// <summary>Digits, or ISO 8601; without an offset UTC is meant.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ulong unixNano)
    {
        unixNano = 0;
        if (text.IsEmpty || text.Length > 40) return false;
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return TryScale(number, out unixNano);
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var seconds))
        {
            return seconds is >= 0 and < 18_446_744_073m && TryScale(seconds, out unixNano);
        }
        var iso = Encoding.UTF8.GetString(text);
        // Seven digits are what the framework reads; finer ones are cut.
        var dot = iso.IndexOf('.');
        if (dot > 0)
        {
            var digits = dot + 1;
            while (digits < iso.Length && char.IsAsciiDigit(iso[digits])) digits++;
            if (digits - dot > 8) iso = string.Concat(iso.AsSpan(0, dot + 8), iso.AsSpan(digits));
        }
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTimeOffset.TryParseExact(iso, Forms, CultureInfo.InvariantCulture, Utc, out var time)) return false;
        var ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        if (ticks < 0 || (ulong)ticks > ulong.MaxValue / 100) return false;
        unixNano = (ulong)ticks * 100;
        return true;
    }

    /// <summary>Up to 10^11 seconds (the year 5138), then milliseconds, microseconds, nanoseconds: each a thousand times larger.</summary>
    private static bool TryScale(ulong number, out ulong unixNano)
    {
        var unit = number < 100_000_000_000 ? 1_000_000_000ul
            : number < 100_000_000_000_000 ? 1_000_000ul
            : number < 100_000_000_000_000_000 ? 1_000ul : 1ul;
        var fits = number <= ulong.MaxValue / unit;
        unixNano = fits ? number * unit : 0;
        return fits;
    }

    private static bool TryScale(decimal seconds, out ulong unixNano)
    {
        unixNano = (ulong)(seconds * 1_000_000_000m);
        return true;
    }
}

using System.Globalization;

namespace Driftlock.Web.Components.Parts;

/// <summary>Numbers as a reader wants them, the same on every machine.</summary>
public static class Figures
{
    /// <summary>Absent: nothing is put in its place.</summary>
    public const string None = "\u2013";

    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>"1 line", "3 lines".</summary>
    public static string Count(long value, string one, string? many = null) => $"{Count(value)} {(value == 1 ? one : many ?? one + "s")}";

    public static string Bits(double? value) => value is { } v && double.IsFinite(v)
        ? v.ToString(Math.Abs(v) < 10 ? "0.#" : "#,0", CultureInfo.InvariantCulture)
        : None;

    /// <summary>Two significant digits, without an exponent down to one in a million.</summary>
    public static string P(double? value)
    {
        if (value is not { } p || !double.IsFinite(p))
            return None;
        if (p <= 0)
            return "0";
        if (p < 1e-6)
        {
            var exponent = (int)Math.Floor(Math.Log10(p));
            return $"{(p / Math.Pow(10, exponent)).ToString("0.#", CultureInfo.InvariantCulture)}e{exponent.ToString(CultureInfo.InvariantCulture)}";
        }

        var digits = p >= 0.1 ? 2 : 1 - (int)Math.Floor(Math.Log10(p));
        return p.ToString("0." + new string('#', digits), CultureInfo.InvariantCulture);
    }

    /// <summary>"1 in 3,200", rounded to two digits.</summary>
    public static string OneIn(double? value)
    {
        if (value is not { } p || !(p > 0) || !double.IsFinite(1 / p))
            return None;
        var times = 1 / p;
        if (times < 10)
            return $"1 in {times.ToString("0.#", CultureInfo.InvariantCulture)}";
        if (times >= 1e12)
            return "less than 1 in a trillion";
        var unit = Math.Pow(10, Math.Floor(Math.Log10(times)) - 1);
        return $"1 in {(Math.Round(times / unit) * unit).ToString("#,0", CultureInfo.InvariantCulture)}";
    }

    /// <summary>A positive amount of any size: "5,120", "0.24", "3.1e12".</summary>
    public static string Amount(double? value)
    {
        if (value is not { } v || !double.IsFinite(v))
            return None;
        if (Math.Abs(v) >= 1e9)
        {
            var exponent = (int)Math.Floor(Math.Log10(Math.Abs(v)));
            return $"{(v / Math.Pow(10, exponent)).ToString("0.#", CultureInfo.InvariantCulture)}e{exponent.ToString(CultureInfo.InvariantCulture)}";
        }

        return v.ToString(Math.Abs(v) switch { < 10 => "0.##", < 100 => "0.#", _ => "#,0" }, CultureInfo.InvariantCulture);
    }

    /// <summary>"512 bytes", "1.4 MB": powers of a thousand.</summary>
    public static string Bytes(long value) => value switch
    {
        < 1_000 => $"{Count(value)} bytes",
        < 1_000_000 => $"{Number(value / 1e3, 1)} kB",
        < 1_000_000_000 => $"{Number(value / 1e6, 1)} MB",
        _ => $"{Number(value / 1e9, 1)} GB",
    };

    public static string Percent(double? share) => share is { } s && double.IsFinite(s)
        ? (s * 100).ToString(Math.Abs(s) is > 0 and < 0.01 ? "0.##" : Math.Abs(s) < 0.1 ? "0.#" : "0", CultureInfo.InvariantCulture) + "%"
        : None;

    public static string Number(double? value, int decimals = 2) => value is { } v && double.IsFinite(v)
        ? v.ToString("#,0." + new string('#', decimals), CultureInfo.InvariantCulture)
        : None;

    public static string Duration(TimeSpan span) => span switch
    {
        { TotalMilliseconds: < 1 } => "an instant",
        { TotalSeconds: < 1 } => span.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) + " ms",
        { TotalMinutes: < 1 } => span.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture) + " s",
        { TotalHours: < 1 } => span.TotalMinutes.ToString("0.#", CultureInfo.InvariantCulture) + " min",
        { TotalDays: < 2 } => span.TotalHours.ToString("0.#", CultureInfo.InvariantCulture) + " h",
        _ => span.TotalDays.ToString("0.#", CultureInfo.InvariantCulture) + " days",
    };

    /// <summary>A coordinate or length in an SVG, in percent.</summary>
    public static string At(double share) => (Math.Clamp(double.IsFinite(share) ? share : 0, 0, 1) * 100).ToString("0.##", CultureInfo.InvariantCulture) + "%";

    /// <summary>Nanoseconds since 1970, as the Api gives them; null where there is no such time.</summary>
    public static DateTimeOffset? FromUnixNano(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var nano) && nano > 0
            ? DateTimeOffset.UnixEpoch.AddTicks(nano / 100)
            : null;
}

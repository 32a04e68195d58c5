namespace Driftlock.Cbad.Coding;

/// <summary>
/// Logarithm and exponential from nothing but +, -, * and / on doubles, which IEEE 754 rounds the same everywhere. Relative error
/// below 1e-14; what matters here is that all machines have the same error.
/// </summary>
internal static class ExactMath
{
    /// <summary>log2 e.</summary>
    public const double BitsPerNatural = 1.4426950408889634;

    private const double Ln2High = 0.693147180369123816490;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double Sqrt2 = 1.4142135623730951;

    /// <summary>Natural logarithm of a positive, finite, normal number.</summary>
    public static double Log(double x)
    {
        var raw = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)((raw >> 52) & 0x7ff) - 1023;
        var mantissa = BitConverter.Int64BitsToDouble((raw & 0xfffffffffffffL) | 0x3ff0000000000000L);
        if (mantissa > Sqrt2)
        {
            mantissa *= 0.5;
            exponent++;
        }
        // ln m = 2 artanh((m - 1) / (m + 1)); the argument is below 0.172, so 11 terms reach 1e-17.
        var t = (mantissa - 1) / (mantissa + 1);
        var square = t * t;
        var sum = 0.0;
        for (var odd = 21; odd >= 1; odd -= 2) sum = (sum * square) + (1.0 / odd);
        return (exponent * Ln2High) + ((exponent * Ln2Low) + (2 * t * sum));
    }

    /// <summary>e to the <paramref name="x"/>, for x from -700 to 700.</summary>
    public static double Exp(double x)
    {
        var scaled = x / (Ln2High + Ln2Low);
        var whole = (int)(scaled + (scaled < 0 ? -0.5 : 0.5));
        var rest = x - (whole * Ln2High) - (whole * Ln2Low);
        var sum = 1.0;
        for (var term = 16; term >= 1; term--) sum = 1 + (rest * sum / term);
        return sum * BitConverter.Int64BitsToDouble((long)(whole + 1023) << 52);
    }
}

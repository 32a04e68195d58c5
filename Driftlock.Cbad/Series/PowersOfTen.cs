using System.Runtime.CompilerServices;
using Driftlock.Cbad.Coding;

namespace Driftlock.Cbad.Series;

/// <summary>Evidence in powers of ten: -log10 of how probable it is that an ordinary row looks at least this odd.</summary>
internal static class PowersOfTen
{
    /// <summary>Bits of one power of ten: log2 10.</summary>
    public const double Bits = 3.3219280948873623;

    private const double PerUnit = 0.30102999566398120 / FixedLog.One;
    private const double EightOverPi = 2.5464790894703255;

    /// <summary>-log10(2 / sqrt(2 pi)), the constant of the tail below.</summary>
    private const double TailConstant = 0.09805994083270766;

    /// <summary>-log10(probability), to 1e-4; probability in ]0, 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Of(double probability) => FixedLog.CodeLength(probability) * PerUnit;

    /// <summary>log10 of a positive, finite, normal number, to 1e-4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Log(double value) => -FixedLog.CodeLength(value) * PerUnit;

    /// <summary>
    /// -log10 of the upper tail of the standard normal distribution at z; 0 below its middle. The tail is taken as the bound
    /// phi(z) 2 / (z + sqrt(z^2 + 8/pi)), exact at 0 and in the limit, at most 2 % too large between.
    /// </summary>
    public static double OfNormalTail(double z)
    {
        if (!(z > 0)) return 0;
        var square = z * z;
        return (square * 0.21714724095162590) + TailConstant + Log(z + Math.Sqrt(square + EightOverPi));
    }
}

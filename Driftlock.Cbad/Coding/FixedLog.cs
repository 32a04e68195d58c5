using System.Runtime.CompilerServices;

namespace Driftlock.Cbad.Coding;

/// <summary>
/// Code lengths as integers: 1 unit is 1/65,536 bit. The table is made by repeated squaring of integers, so that every machine has
/// the same one; Math.Log2 is allowed to differ in its last bit.
/// </summary>
internal static class FixedLog
{
    /// <summary>Units of one bit.</summary>
    public const int One = 1 << 16;

    private const int TableBits = 12;

    private static readonly ushort[] Mantissa = MakeTable();

    /// <summary>
    /// -log2(probability) in units, from the exponent and the top 12 bits of the mantissa. <paramref name="probability"/> in ]0, 1].
    /// Probabilities may be doubles: +, * and / are rounded the same everywhere, and division of doubles is far faster than of integers.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CodeLength(double probability)
    {
        var raw = BitConverter.DoubleToInt64Bits(probability);
        var exponent = (int)(raw >> 52) - 1023;
        return (-exponent << 16) - Mantissa[(int)(raw >> (52 - TableBits)) & ((1 << TableBits) - 1)];
    }

    private static ushort[] MakeTable()
    {
        var table = new ushort[1 << TableBits];
        for (var i = 0; i < table.Length; i++)
        {
            // x in [1, 2) as an integer over 2^31; squaring doubles the logarithm, so its bits come out one by one.
            var x = (ulong)((1 << TableBits) + i) << (31 - TableBits);
            var log = 0;
            for (var bit = 15; bit >= 0; bit--)
            {
                x = (x * x) >> 31;
                if (x < 1UL << 32) continue;
                log |= 1 << bit;
                x >>= 1;
            }
            table[i] = (ushort)log;
        }
        return table;
    }
}

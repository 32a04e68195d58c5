using System.Numerics;

namespace Driftlock.Cbad.Coding;

/// <summary>
/// Code lengths as integers: 1 unit is 1/65,536 bit. The table is made by repeated squaring of integers, so that every machine has
/// the same one; Math.Log2 is allowed to differ in its last bit.
/// </summary>
internal static class FixedLog
{
    /// <summary>Units of one bit.</summary>
    public const int One = 1 << 16;

    /// <summary>Probabilities are integers over 2^40.</summary>
    public const int ProbabilityBits = 40;

    private const int TableBits = 12;

    private static readonly ushort[] Mantissa = MakeTable();

    /// <summary>-log2(probability / 2^40) in units, rounded to the table's 12 bits of mantissa. <paramref name="probability"/> >= 1.</summary>
    public static int CodeLength(ulong probability)
    {
        var top = 63 - BitOperations.LeadingZeroCount(probability);
        var fraction = top >= TableBits ? probability >> (top - TableBits) : probability << (TableBits - top);
        return ((ProbabilityBits - top) << 16) - Mantissa[fraction & ((1 << TableBits) - 1)];
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

using Driftlock.Cbad.Coding;

namespace Driftlock.Tests.Series;

/// <summary>Seeded numbers for made-up series.</summary>
internal static class Noise
{
    public const ulong Start = 1_700_006_400_000_000_000;
    public const ulong FiveMinutes = 300_000_000_000;

    /// <summary>Near enough to a standard normal variable: twelve uniform ones less their mean.</summary>
    public static double Normal(this SeededRandom random)
    {
        var sum = -6.0;
        for (var i = 0; i < 12; i++) sum += random.Unit();
        return sum;
    }

    public static ulong Time(int row) => Start + ((ulong)row * FiveMinutes);

    /// <summary>A day in 288 rows, and noise.</summary>
    public static double Daily(this SeededRandom random, int row) => (10 * Math.Sin(row * 2 * Math.PI / 288)) + random.Normal();
}

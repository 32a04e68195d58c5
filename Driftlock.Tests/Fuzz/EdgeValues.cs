using System.Text;
using Driftlock.Cbad.Coding;

namespace Driftlock.Tests.Fuzz;

/// <summary>Values where readers go wrong.</summary>
internal static class EdgeValues
{
    private static readonly ulong[] Integers =
    [
        0, 1, 2, 7, 8, 15, 16, 24, 25, 31, 32, 63, 64, 127, 128, 255, 256, 4095, 4096, 32767, 32768, 65535, 65536, 1 << 20, int.MaxValue, 1UL << 31, uint.MaxValue,
        1UL << 32, 1UL << 53, (1UL << 53) + 1, 253_402_300_800_000_000, long.MaxValue, 1UL << 63, (1UL << 63) + 1, ulong.MaxValue - 1, ulong.MaxValue,
    ];

    private static readonly double[] Doubles =
    [
        0, -0.0, 1, -1, 0.5, double.Epsilon, -double.Epsilon, 1e-308, 1e-20, 1e15, 1e16, 1e17, 1e300, double.MaxValue, double.MinValue, double.NaN,
        double.PositiveInfinity, double.NegativeInfinity, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 0.1,
    ];

    private static readonly string[] Numbers =
    [
        "0", "-0", "1", "-1", "0.0", "-1.5", "1e0", "1E+2", "1e400", "-1e400", "1e-400", "1e9999999999", "127", "128", "255", "65535", "65536", "2147483647", "2147483648", "-2147483648",
        "-2147483649", "4294967295", "4294967296", "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
        "18446744073709551615", "18446744073709551616", "99999999999999999999999999", "0.1", "0.99999999999999999", "1.7976931348623157e308", "4.9e-324", "00", "01", "+1", "1.", ".5", "0x10", "NaN", "Infinity",
    ];

    private static readonly string[] Strings =
    [
        "", " ", "a", "\0", "a\0b", "\\", "\"", "\\\"", "\\u0000", "\\ud800", "\\udc00", "\\ud83d\\ude00", "\\ud83d\\u0041", "\\n", "\n", "\r\n", "\u2028", "\ufeff", "\ufffd", "é", "€", "😀",
        "%", "_", "%%%", "'", "--", ";", "<script>", "../..", "{0}", "{{", "=", "&", "+", "NaN", "Infinity", "-Infinity", "null", "true", "0", "-1", "1e400", "18446744073709551616",
        "0123456789abcdef", "0123456789abcdef0123456789abcdef", "ffffffffffffffff", "ffffffffffffffff0", "0000000000000000", "zz", "AAECAw==", "A", "=", "====",
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59Z", "2554-07-22T00:00:00Z", "2026-02-30", "24:00", "1970-01-01",
        "service.name", "password", "Bearer abcdefghijklmnop", "4111 1111 1111 1111", "user@example.com", "10.0.0.1", "::1", "UTC", "Europe/Berlin",
    ];

    private static readonly byte[][] BrokenUtf8 =
    [
        [0xff], [0xfe], [0x80], [0xbf], [0xc0, 0x80], [0xc1, 0xbf], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf], [0xf0, 0x80, 0x80, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [0xe2, 0x82], [0xf0, 0x9f, 0x98],
    ];

    public static ulong Integer(SeededRandom random) => random.Below(8) == 0 ? random.Next() >> random.Below(64) : Integers[random.Below(Integers.Length)];

    public static double Double(SeededRandom random) => Doubles[random.Below(Doubles.Length)];

    /// <summary>Of JSON, and some that are not.</summary>
    public static byte[] Number(SeededRandom random) => Encoding.UTF8.GetBytes(Numbers[random.Below(Numbers.Length)]);

    /// <summary>As it stands between the quotes of JSON or elsewhere: escapes, time stamps, secrets, broken UTF-8, and now and then something very long.</summary>
    public static byte[] Text(SeededRandom random) => random.Below(24) switch
    {
        0 => Repeated(Encoding.UTF8.GetBytes(Strings[random.Below(Strings.Length)]), 1 << random.Below(13)),
        < 4 => BrokenUtf8[random.Below(BrokenUtf8.Length)],
        _ => Encoding.UTF8.GetBytes(Strings[random.Below(Strings.Length)]),
    };

    public static byte[] Repeated(ReadOnlySpan<byte> part, int times)
    {
        times = Math.Min(times, part.IsEmpty ? 0 : ByteMutation.MostBytes / part.Length);
        var all = new byte[part.Length * times];
        for (var i = 0; i < times; i++) part.CopyTo(all.AsSpan(i * part.Length));
        return all;
    }
}

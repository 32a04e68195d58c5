using Driftlock.Cbad.Coding;

namespace Driftlock.Tests.Measurements;

/// <summary>Logs of two made-up systems that have no message in common.</summary>
internal static class SyntheticLogs
{
    private static readonly string[] Shop = ["INFO cart {0} holds {1} items", "INFO order {0} accepted in {1} ms", "DEBUG stock of {0} is {1}", "WARN slow answer to {0} after {1} ms"];
    private static readonly string[] Disk = ["<6> kernel: sda{0} read {1} sectors", "<6> kernel: sync of sda{0} done in {1} us", "<5> smartd: drive {0} at {1} C"];

    public static string[] OfShop(int lines, ulong seed) => Make(Shop, lines, seed);

    public static string[] OfDisk(int lines, ulong seed) => Make(Disk, lines, seed);

    private static string[] Make(string[] messages, int lines, ulong seed)
    {
        var random = new SeededRandom(seed);
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        return [.. Enumerable.Range(0, lines).Select(i =>
            $"{i / 3600:d2}:{i / 60 % 60:d2}:{i % 60:d2} " + string.Format(culture, messages[random.Below(messages.Length)], random.Below(100), random.Below(1000)))];
    }
}

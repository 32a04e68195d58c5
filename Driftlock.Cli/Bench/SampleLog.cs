using System.Text;
using Driftlock.Cbad.Coding;

namespace Driftlock.Cli.Bench;

/// <summary>A made-up service log of a stated number of lines, the same for the same seed: what `bench` runs on without --data.</summary>
internal static class SampleLog
{
    private static readonly string[] Templates =
    [
        "INFO  [http-{0}] c.e.shop.OrderController - order {1} accepted for customer {2} in {3} ms",
        "INFO  [http-{0}] c.e.shop.CartService - cart {1} now holds {2} items, total {3}.{0} EUR",
        "DEBUG [pool-{0}] c.e.shop.InventoryClient - stock of sku {1} is {2} (warehouse {3})",
        "INFO  [pool-{0}] c.e.pay.Gateway - authorised payment {1} of {2}.{0} EUR with token {4}",
        "WARN  [pool-{0}] c.e.pay.Gateway - gateway answered after {3} ms, retry {0} of 3",
        "INFO  [sched-{0}] c.e.shop.Cleanup - removed {3} expired sessions, oldest {4}",
        "INFO  [http-{0}] access - 10.{0}.{3}.{2} GET /api/products/{1} 200 {3} {2}",
        "ERROR [http-{0}] c.e.shop.OrderController - order {1} failed: connection refused to inventory-{0}:8443",
    ];

    public static byte[][] Make(int lines, ulong seed)
    {
        var random = new SeededRandom(seed);
        var log = new byte[lines][];
        for (var i = 0; i < lines; i++)
        {
            // The error comes one time in about a thousand, the rest evenly.
            var template = Templates[random.Below(1000) == 0 ? Templates.Length - 1 : random.Below(Templates.Length - 1)];
            var time = DateTime.UnixEpoch.AddDays(20000).AddMilliseconds(i * 7L);
            object[] values = [random.Below(9), random.Next() % 10_000_000, random.Below(250), random.Below(400), random.Next().ToString("x16", null)];
            log[i] = Encoding.ASCII.GetBytes(
                time.ToString("yyyy-MM-dd HH:mm:ss.fff ", System.Globalization.CultureInfo.InvariantCulture)
                + string.Format(System.Globalization.CultureInfo.InvariantCulture, template, values));
        }
        return log;
    }
}

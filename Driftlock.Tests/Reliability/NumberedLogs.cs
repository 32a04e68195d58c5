using System.Globalization;
using System.Text;
using Driftlock.Telemetry;

namespace Driftlock.Tests.Reliability;

/// <summary>
/// Log requests of many services from a seed. Each record carries a number of its own in its body, so that what is in the event log can
/// be counted; here and there a request holds lines as nobody wrote before, so that there is something to be found.
/// </summary>
/// <param name="seed">Decides everything.</param>
/// <param name="records">In all requests together.</param>
/// <param name="services">Each is a stream of its own; a request holds records of three of them.</param>
/// <param name="ordinary">Requests before this one hold nothing unusual; a quarter of all unless told.</param>
/// <param name="unusualOneIn">So many later ones hold something unusual.</param>
/// <param name="family">What services are called before their number.</param>
internal sealed class NumberedLogs(int seed, int records, int services = 24, int? ordinary = null, int unusualOneIn = 60, string family = "service")
{
    public const int RecordsARequest = 80;

    private const int ServicesARequest = 3;
    private const string Mark = " n=";

    private static readonly string[] Kinds =
    [
        "INFO [http-{0}] OrderController - order {1} accepted for customer {2}",
        "INFO [http-{0}] CartService - cart {1} now holds {2} items",
        "DEBUG [pool-{0}] InventoryClient - stock of sku {1} is {2}",
        "WARN [pool-{0}] Gateway - upstream answered after {2} ms",
    ];

    private static readonly string[] Syllables = ["ra", "lo", "ten", "mi", "sor", "ka", "vex", "dun", "pli", "gho"];

    private readonly TelemetryBatch _batch = new();
    private readonly OtlpLogWriter _writer = new();

    public int Requests => records / RecordsARequest;

    public static int FirstNumber(int request) => request * RecordsARequest;

    /// <summary>ExportLogsServiceRequest; the same bytes whenever it is asked for, in whatever order. Not for two threads.</summary>
    public byte[] Request(int request)
    {
        var random = new Random(HashCode(request));
        var unusual = random.Next(unusualOneIn) == 0 && request > (ordinary ?? Requests / 4);
        var first = random.Next(services);
        _writer.Clear();
        for (var part = 0; part < ServicesARequest; part++)
        {
            var builder = new TextLogBuilder(_batch, string.Create(CultureInfo.InvariantCulture, $"{family}-{(first + (part * 7)) % services}"), "crash");
            builder.Begin(1_790_000_000_000_000_000 + request, Redactor.None);
            for (var i = part; i < RecordsARequest; i += ServicesARequest)
            {
                var line = unusual && part < 2 && i < 30 ? Unusual(random) : Usual(random);
                builder.Add(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{line}{Mark}{FirstNumber(request) + i:000000}")));
            }
            _writer.Append(_batch.Streams[0]);
        }
        return _writer.Request.ToArray();
    }

    /// <summary>The record's number; null when the body is none of ours.</summary>
    public static int? NumberIn(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body);
        var mark = text.LastIndexOf(Mark, StringComparison.Ordinal);
        return mark >= 0 && int.TryParse(text.AsSpan(mark + Mark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    // Not System.HashCode: that one is salted anew in every process.
    private int HashCode(int request) => unchecked((seed * 486_187_739) + request);

    private static string Usual(Random random) =>
        string.Format(CultureInfo.InvariantCulture, Kinds[random.Next(Kinds.Length)], random.Next(20), random.Next(10_000), random.Next(100));

    private static string Unusual(Random random) =>
        "*** PANIC {{ fatal error, core dumped: " + string.Join(' ', Enumerable.Range(0, 9).Select(_ => string.Concat(Enumerable.Range(0, 3).Select(_ => Syllables[random.Next(Syllables.Length)]))));
}

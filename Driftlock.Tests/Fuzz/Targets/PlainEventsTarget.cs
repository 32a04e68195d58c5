using Driftlock.Cbad.Coding;
using Driftlock.Telemetry;

namespace Driftlock.Tests.Fuzz.Targets;

/// <summary>Plain events as an object, an array or lines: <see cref="OtlpFormatException"/> refuses the whole, an error each event.</summary>
internal sealed class PlainEventsTarget : FuzzTarget
{
    private readonly TelemetryBatch _batch = new();
    private readonly List<PlainEventError> _errors = [];

    public override string Name => "plain-events";

    public override int Share => 250;

    // A line that is no JSON costs an exception, some 2 KiB; they are limited.
    public override long MostAllocated(int inputBytes) => (1 << 20) + (64L * inputBytes) + (2048L * Math.Min(inputBytes / 2, PlainEventReader.MaxUnreadableLines));

    public override bool Takes(byte[] input)
    {
        try
        {
            PlainEventReader.Read(input, 1, Redactor.Standard, _batch, _errors);
            return true;
        }
        catch (OtlpFormatException)
        {
            return false;
        }
    }

    public override void Check(byte[] input)
    {
        BatchCheck.Holds(_batch);
        Assert.InRange(_errors.Count, Math.Min(_batch.RejectedFor(RejectionReason.InvalidEvent), PlainEventReader.MaxErrors), PlainEventReader.MaxErrors);
    }

    public override byte[] Next(SeededRandom random) => Mutator.Next(random, Seeds, JsonMutation.Apply);

    protected override IEnumerable<byte[]> MakeSeeds() =>
    [
        """{"service":"shop","scope":"cart","message":"paid","severity":"WARN","timestamp":"2026-01-02T03:04:05.123Z","eventName":"e","attributes":{"a":1,"b":{"c":[true,null]}},"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","extra":"x"}"""u8.ToArray(),
        """[{"service":"a","message":{"k":[1,2.5e3,"\u00e9\n"]},"severity":9,"timestamp":1767323045123},{"service":"b","message":"2","timestamp":"2026-01-02"},{"service":"a","message":"3"}]"""u8.ToArray(),
        "{\"service\":\"a\",\"message\":\"1\",\"timestamp\":1767323045.5}\n\n{\"service\":\"b\",\"message\":\"2\",\"password\":\"x\"}\r\n{\"service\":\"a\",\"message\":\"3\"}\n"u8.ToArray(),
    ];
}

using System.IO.Compression;
using Driftlock.Api.Ingest;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry;

namespace Driftlock.Tests.Fuzz.Targets;

/// <summary>A gzip body: <see cref="InvalidDataException"/> where it is none, <see cref="BodyTooLargeException"/> where it unfolds too far.</summary>
internal sealed class GzipTarget : FuzzTarget
{
    private const int Limit = 96 << 10;

    private readonly InFlightBytes _inFlight = new(1 << 20);
    private readonly TelemetryBatch _batch = new();

    public override string Name => "gzip-body";

    public override long MostAllocated(int inputBytes) => (1 << 20) + (8L * Limit);

    public override bool Takes(byte[] input)
    {
        using var body = new RequestBody(_inFlight, Limit);
        using var source = new MemoryStream(input, writable: false);
        try
        {
            body.ReadAsync(source, gzip: true, CancellationToken.None).GetAwaiter().GetResult();
            TelemetryReader.Read(Signal.Logs, OtlpEncoding.Json, body.Memory.Span, 1, Redactor.Standard, _batch);
            return true;
        }
        catch (Exception refused) when (refused is InvalidDataException or BodyTooLargeException or OtlpFormatException)
        {
            return false;
        }
    }

    public override void Check(byte[] input)
    {
        Assert.Equal(0, _inFlight.Held);
        BatchCheck.Holds(_batch);
    }

    public override byte[] Next(SeededRandom random)
    {
        if (random.Below(2) == 0) return Mutator.Next(random, Seeds, ByteMutation.Apply);
        byte[] zipped = Zip(Mutator.Next(random, [.. Samples.OtlpJson(Signal.Logs)], JsonMutation.Apply));
        return random.Below(3) == 0 ? ByteMutation.Apply(random, zipped, Seed(random)) : zipped;
    }

    public static byte[] Zip(byte[] plain)
    {
        using var target = new MemoryStream();
        using (var zip = new GZipStream(target, CompressionLevel.Fastest)) zip.Write(plain);
        return target.ToArray();
    }

    protected override IEnumerable<byte[]> MakeSeeds()
    {
        foreach (var json in Samples.OtlpJson(Signal.Logs)) yield return Zip(json);
        var halves = Samples.OtlpJson(Signal.Logs).First();
        yield return [.. Zip(halves[..20]), .. Zip(halves[20..])]; // Several members are one body (RFC 1952, 2.2).
        yield return Zip([]);
    }
}

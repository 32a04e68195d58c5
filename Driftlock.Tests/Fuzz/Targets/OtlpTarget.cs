using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry;

namespace Driftlock.Tests.Fuzz.Targets;

/// <summary>An OTLP export request of one signal in one encoding: <see cref="OtlpFormatException"/> refuses it.</summary>
internal sealed class OtlpTarget(Signal signal, OtlpEncoding encoding) : FuzzTarget
{
    private readonly TelemetryBatchPool _batches = new(capacity: 1);
    private TelemetryBatch _batch = new();

    public override string Name => $"otlp-{signal}-{encoding}";

    public override int Share => 250;

    public override long MostAllocated(int inputBytes) => (1 << 20) + (64L * inputBytes);

    public override bool Takes(byte[] input)
    {
        _batch = _batches.Rent();
        try
        {
            TelemetryReader.Read(signal, encoding, input, 1, Redactor.Standard, _batch);
            return true;
        }
        catch (OtlpFormatException)
        {
            return false;
        }
        finally
        {
            _batches.Return(_batch);
        }
    }

    public override void Check(byte[] input) => BatchCheck.Holds(_batch);

    public override byte[] Next(SeededRandom random) =>
        Mutator.Next(random, Seeds, encoding == OtlpEncoding.Json ? JsonMutation.Apply : WireMutation.Apply);

    protected override IEnumerable<byte[]> MakeSeeds() => Samples.Otlp(signal, encoding);
}

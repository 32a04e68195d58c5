using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry;

namespace Driftlock.Tests.Fuzz.Targets;

/// <summary>An OTLP export request of one signal in one encoding: <see cref="OtlpFormatException"/> refuses it. What is taken reads the same again, whatever was read in between.</summary>
internal sealed class OtlpTarget(Signal signal, OtlpEncoding encoding) : FuzzTarget
{
    /// <summary>Reading the same twice would halve the number of inputs.</summary>
    private const int AgainEvery = 8;

    private readonly TelemetryBatchPool _batches = new(capacity: 1);
    private readonly TelemetryBatch _again = new();
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

    public override void Check(byte[] input)
    {
        BatchCheck.Holds(_batch);
        if (input.Length % AgainEvery != 0) return;
        TelemetryReader.Read(signal, encoding, input, 1, Redactor.Standard, _again);
        BatchCheck.Same(_batch, _again);
    }

    public override byte[] Next(SeededRandom random) =>
        Mutator.Next(random, Seeds, encoding == OtlpEncoding.Json ? JsonMutation.Apply : WireMutation.Apply);

    protected override IEnumerable<byte[]> MakeSeeds() => Samples.Otlp(signal, encoding);
}

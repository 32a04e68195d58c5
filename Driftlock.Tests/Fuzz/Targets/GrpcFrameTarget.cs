using System.Buffers.Binary;
using Driftlock.Api.Ingest;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry;

namespace Driftlock.Tests.Fuzz.Targets;

/// <summary>The body of a gRPC call: frame, message, compressed or not. <see cref="InvalidDataException"/> refuses the frame.</summary>
internal sealed class GrpcFrameTarget : FuzzTarget
{
    private const int Limit = 96 << 10;

    private readonly InFlightBytes _inFlight = new(1 << 20);
    private readonly TelemetryBatch _batch = new();

    public override string Name => "grpc-frame";

    public override long MostAllocated(int inputBytes) => (1 << 20) + (8L * Limit) + inputBytes;

    public override bool Takes(byte[] input)
    {
        using var plain = new RequestBody(_inFlight, Limit);
        try
        {
            var message = GrpcFrame.Message(input, out var compressed);
            if (compressed)
            {
                using var source = new MemoryStream(message.ToArray(), writable: false);
                plain.ReadAsync(source, gzip: true, CancellationToken.None).GetAwaiter().GetResult();
                message = plain.Memory;
            }
            TelemetryReader.Read(Signal.Traces, OtlpEncoding.Protobuf, message.Span, 1, Redactor.Standard, _batch);
            return true;
        }
        catch (Exception refused) when (refused is InvalidDataException or BodyTooLargeException or OtlpFormatException)
        {
            return false;
        }
    }

    public override void Check(byte[] input) => BatchCheck.Holds(_batch);

    public override byte[] Next(SeededRandom random)
    {
        if (random.Below(2) == 0) return Mutator.Next(random, Seeds, ByteMutation.Apply);
        var message = Mutator.Next(random, [.. Samples.Otlp(Signal.Traces, OtlpEncoding.Protobuf)], WireMutation.Apply);
        return random.Below(3) == 0 ? Frame(GzipTarget.Zip(message), 1) : Frame(message, 0);
    }

    protected override IEnumerable<byte[]> MakeSeeds()
    {
        foreach (var message in Samples.Otlp(Signal.Traces, OtlpEncoding.Protobuf))
        {
            yield return Frame(message, 0);
            yield return Frame(GzipTarget.Zip(message), 1);
        }
    }

    private static byte[] Frame(byte[] message, byte flag)
    {
        var frame = new byte[GrpcFrame.PrefixBytes + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.CopyTo(frame.AsSpan(GrpcFrame.PrefixBytes));
        return frame;
    }
}

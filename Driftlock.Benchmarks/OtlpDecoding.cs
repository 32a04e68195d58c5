using BenchmarkDotNet.Attributes;
using Driftlock.Cbad.Events;
using Driftlock.Cli.Bench;
using Driftlock.Telemetry;

namespace Driftlock.Benchmarks;

/// <summary>One OTLP log record, out of requests of a thousand in protobuf, into redacted, encoded blocks.</summary>
public class OtlpDecoding
{
    private const int Records = 20_000;
    private const ulong Start = 1_767_600_000_000_000_000;

    private readonly List<byte[]> _requests = OtlpDecodeBenchmark.ProtobufRequests(Records, Start);
    private readonly TelemetryBatch _batch = new();

    [Benchmark(OperationsPerInvoke = Records)]
    public void Read()
    {
        foreach (var request in _requests) TelemetryReader.Read(Signal.Logs, OtlpEncoding.Protobuf, request, 1, Redactor.Standard, _batch);
    }
}

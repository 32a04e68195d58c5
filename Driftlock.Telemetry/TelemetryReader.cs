using Driftlock.Cbad.Events;
using Driftlock.Telemetry.Otlp.Json;
using Driftlock.Telemetry.Otlp.Protobuf;

namespace Driftlock.Telemetry;

/// <summary>Reads an OTLP 1.11 export request (the decompressed body) into a batch.</summary>
public static class TelemetryReader
{
    /// <param name="signal">Which of the three export requests the body is.</param>
    /// <param name="encoding">From the content type.</param>
    /// <param name="body">May be empty: an empty request is valid.</param>
    /// <param name="receivedUnixNano">Stands in for times that the sender left out. Nanoseconds since 1970.</param>
    /// <param name="redactor">Applied to everything before it enters the batch.</param>
    /// <param name="target">Reset first. After an exception its content is undefined.</param>
    /// <exception cref="OtlpFormatException">The whole request cannot be read.</exception>
    public static void Read(
        Signal signal, OtlpEncoding encoding, ReadOnlySpan<byte> body, long receivedUnixNano, Redactor redactor, TelemetryBatch target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (signal is not (Signal.Logs or Signal.Metrics or Signal.Traces)) throw new ArgumentOutOfRangeException(nameof(signal), signal, null);
        target.Reset(signal, receivedUnixNano, redactor);
        try
        {
            if (encoding == OtlpEncoding.Json) OtlpJsonDecoder.Read(signal, body, target);
            else ReadProtobuf(signal, new WireReader(body), target);
        }
        catch (OtlpFormatException e) when (e.Path is null)
        {
            throw new OtlpFormatException(e.Problem, e.Offset, target.Pending.Path.Text(signal, encoding), e);
        }
    }

    private static void ReadProtobuf(Signal signal, WireReader request, TelemetryBatch target)
    {
        if (signal == Signal.Logs) LogsDecoder.Read(request, target);
        else if (signal == Signal.Metrics) MetricsDecoder.Read(request, target);
        else TracesDecoder.Read(request, target);
    }
}

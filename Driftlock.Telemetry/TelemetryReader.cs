using Driftlock.Cbad.Events;

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
        target.Reset(signal, receivedUnixNano, redactor);
    }
}

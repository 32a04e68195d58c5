namespace Driftlock.Telemetry;

/// <summary>How often a limit of <see cref="TelemetryLimits"/> changed an event that was still accepted.</summary>
public sealed class CutCounts
{
    /// <summary>Attributes left out because the event had too many.</summary>
    public long AttributesDropped { get; internal set; }

    /// <summary>Attribute values, names and keys that were shortened.</summary>
    public long ValuesTruncated { get; internal set; }

    /// <summary>Bodies and status messages that were shortened.</summary>
    public long BodiesTruncated { get; internal set; }

    /// <summary>Texts with bytes that are not UTF-8; those were replaced by U+FFFD.</summary>
    public long InvalidUtf8 { get; internal set; }

    /// <summary>Trace or span ids of log records that were no ids; the records count as belonging to no trace (OTLP LogRecord.trace_id).</summary>
    public long InvalidLogIds { get; internal set; }

    internal void Clear() => AttributesDropped = ValuesTruncated = BodiesTruncated = InvalidUtf8 = InvalidLogIds = 0;
}

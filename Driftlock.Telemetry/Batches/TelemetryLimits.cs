namespace Driftlock.Telemetry;

/// <summary>Bounds of what one request may put into the event log. What exceeds one is cut or refused, and counted; never lost silently.</summary>
public sealed record TelemetryLimits
{
    public static TelemetryLimits Default { get; } = new();

    /// <summary>Blocks (stream and resource) a request; items of further ones are rejected.</summary>
    public int Streams { get; init; } = 10_000;

    /// <summary>Attributes an event, as the OpenTelemetry SDKs limit them; further ones are dropped.</summary>
    public int AttributesPerEvent { get; init; } = 128;

    /// <summary>UTF-8 bytes of one attribute value; longer ones are cut and marked.</summary>
    public int AttributeBytes { get; init; } = 16 * 1024;

    /// <summary>UTF-8 bytes of a log body or status message; longer ones are cut and marked.</summary>
    public int BodyBytes { get; init; } = 256 * 1024;

    /// <summary>UTF-8 bytes of a service name, an event name or an attribute key; longer ones are cut and marked.</summary>
    public int NameBytes { get; init; } = 1024;

    /// <summary>UTF-8 bytes of a stream's name. The end of a longer one is replaced by its hash, so that streams stay apart.</summary>
    public int StreamNameBytes { get; init; } = 4096;

    /// <summary>Buckets or quantiles of one data point; points with more are rejected.</summary>
    public int Buckets { get; init; } = 4096;

    /// <summary>Levels of arrays and maps inside one attribute or body; deeper requests are refused as malformed.</summary>
    public int Depth { get; init; } = 32;
}

namespace Driftlock.Telemetry;

/// <summary>The two encodings of OTLP over HTTP; gRPC uses the first.</summary>
public enum OtlpEncoding
{
    /// <summary>application/x-protobuf</summary>
    Protobuf,

    /// <summary>application/json</summary>
    Json,
}

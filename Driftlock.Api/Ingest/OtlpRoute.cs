namespace Driftlock.Api.Ingest;

public enum OtlpTransport
{
    Http,
    Grpc,
}

/// <summary>Endpoint metadata: errors on this route are OTLP Status messages and not problem details.</summary>
public sealed record OtlpRoute(OtlpTransport Transport);

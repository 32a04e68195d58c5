using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Driftlock.Api.Hosting;

/// <summary>
/// What a client may cost before anything is known of it. Bodies that come too slowly are ended by Kestrel's least rate (240 bytes a second after
/// five seconds).
/// </summary>
internal static class ConnectionBounds
{
    /// <summary>Senders, live clients and all others together; one more is closed at once.</summary>
    private const int Connections = 10_000;

    private const int HeaderBytes = 32 << 10;
    private const int Headers = 100;

    /// <summary>Of settings, notes and accounts; what takes telemetry has a limit of its own (Ingest:RequestBytes).</summary>
    private const long BodyBytes = 1 << 20;

    private static readonly TimeSpan HeadersWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IdleFor = TimeSpan.FromMinutes(2);

    public static void Apply(KestrelServerLimits limits)
    {
        limits.MaxConcurrentConnections = Connections;
        limits.MaxRequestHeadersTotalSize = HeaderBytes;
        limits.MaxRequestHeaderCount = Headers;
        limits.MaxRequestBodySize = BodyBytes;
        limits.RequestHeadersTimeout = HeadersWithin;
        limits.KeepAliveTimeout = IdleFor;
    }
}

using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Driftlock.Api.Hosting;

/// <summary>
/// REST listens where ASPNETCORE_URLS (or HTTP_PORTS, in containers) says; the two OTLP ports listen on the same addresses, so that a
/// service that is bound to localhost takes no telemetry from elsewhere either.
/// </summary>
internal static class Listening
{
    private const string GrpcPortKey = "OTLP_GRPC_PORT";
    private const string HttpPortKey = "OTLP_HTTP_PORT";

    public static void ListenForRestAndOtlp(this WebApplicationBuilder builder)
    {
        var rest = RestAddresses(builder.Configuration);
        var grpcPort = ReadPort(builder.Configuration, GrpcPortKey, 4317);
        var httpPort = ReadPort(builder.Configuration, HttpPortKey, 4318);
        // Explicit endpoints would override these with a warning at every start.
        builder.WebHost.UseUrls();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            ConnectionBounds.Apply(kestrel.Limits);
            foreach (var address in rest) Listen(kestrel, address.IsLoopback, address.Port, HttpProtocols.Http1);
            var loopback = rest.TrueForAll(address => address.IsLoopback);
            // Without TLS a client cannot negotiate HTTP/2, so gRPC has a port of its own.
            Listen(kestrel, loopback, grpcPort, HttpProtocols.Http2);
            Listen(kestrel, loopback, httpPort, HttpProtocols.Http1);
        });
    }

    private static void Listen(KestrelServerOptions kestrel, bool loopback, int port, HttpProtocols protocols)
    {
        // Port 0 (any free one) does not go with ListenLocalhost, which wants the same port on IPv4 and IPv6.
        if (loopback && port == 0) kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols);
        else if (loopback) kestrel.ListenLocalhost(port, listen => listen.Protocols = protocols);
        else kestrel.ListenAnyIP(port, listen => listen.Protocols = protocols);
    }

    private static List<(bool IsLoopback, int Port)> RestAddresses(ConfigurationManager configuration)
    {
        var urls = configuration["urls"];
        if (!string.IsNullOrEmpty(urls))
        {
            return [.. urls.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(BindingAddress.Parse)
                .Select(address => (IsLoopback(address.Host), address.Port))];
        }
        var ports = configuration["http_ports"];
        if (string.IsNullOrEmpty(ports)) return [(true, 5000)];
        return [.. ports.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(port => (false, int.Parse(port, CultureInfo.InvariantCulture)))];
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static int ReadPort(ConfigurationManager configuration, string key, int fallback)
    {
        if (configuration[key] is not { Length: > 0 } text) return fallback;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65_535
            ? port
            : throw new InvalidOperationException($"{key} must be a port number from 0 to 65535; it is '{text}'");
    }
}

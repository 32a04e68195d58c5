using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Alerts;

/// <summary>An address that alerts may not go to.</summary>
public sealed class ForbiddenAddressException(string message) : IOException(message);

/// <summary>
/// Which addresses alerts may go to: those of the public internet, and networks that the operator allows. What a name stands for is asked at each
/// connection, and the connection goes to the very address that was checked, so that a name that changes its mind gains nothing.
/// </summary>
public sealed class OutboundAddresses(IOptions<AlertOptions> options)
{
    /// <summary>IANA's special-purpose addresses of IPv4, multicast and reserved ones.</summary>
    private static readonly IPNetwork[] NotPublic4 =
    [
        .. ((string[])[
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        ]).Select(network => IPNetwork.Parse(network)),
    ];

    /// <summary>All that IANA gives out as global unicast; what embeds addresses of IPv4, or is for documents, lies within and is left out.</summary>
    private static readonly IPNetwork Public6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] NotPublic6 = [.. ((string[])["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]).Select(network => IPNetwork.Parse(network))];

    private readonly IPNetwork[] _allowed = [.. options.Value.AllowedNetworks.Select(network => IPNetwork.Parse(network))];

    public bool IsAllowed(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return _allowed.Any(network => network.Contains(address)) || IsPublic(address);
    }

    /// <returns>Null when alerts may go there; otherwise what is wrong. A name is asked for only when it is used.</returns>
    public string? Problem(string? text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0) return "must be an address such as https://example.org/alerts";
        if (uri.Scheme != Uri.UriSchemeHttps && !(options.Value.AllowHttp && uri.Scheme == Uri.UriSchemeHttp)) return "must begin with https://";
        if (uri.UserInfo.Length > 0) return "must not hold a user name or password";
        return IPAddress.TryParse(uri.DnsSafeHost, out var address) && !IsAllowed(address) ? "must not lie in a private or reserved network" : null;
    }

    /// <summary>For SocketsHttpHandler.ConnectCallback.</summary>
    /// <exception cref="ForbiddenAddressException">The name stands for no address that is allowed.</exception>
    public async ValueTask<Stream> ConnectAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        var addresses = await Dns.GetHostAddressesAsync(endPoint.Host, cancellationToken);
        var allowed = Array.FindAll(addresses, IsAllowed);
        if (allowed.Length == 0) throw new ForbiddenAddressException("the address lies in a private or reserved network");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, endPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsPublic(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? !NotPublic4.Any(network => network.Contains(address))
        : Public6.Contains(address) && !NotPublic6.Any(network => network.Contains(address));
}

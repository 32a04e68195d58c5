using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Aspire.Hosting.Running;

/// <summary>Loopback ports. Free ones are drawn from below the range that the system gives to outgoing connections.</summary>
internal static class Ports
{
    private const int First = 15_000;
    private const int End = 32_000;

    /// <summary>Given out by this process; they may not be listened on yet.</summary>
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    public static int Allocate(int? wanted, Action<string> warn)
    {
        if (wanted is { } port)
        {
            if (Given.TryAdd(port, true) && IsFree(port))
                return port;
            var other = Allocate(null, warn);
            warn($"port {port} is taken on this machine; listening on {other} instead");
            return other;
        }
        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            var candidate = RandomNumberGenerator.GetInt32(First, End);
            if (Given.TryAdd(candidate, true))
            {
                if (IsFree(candidate))
                    return candidate;
                Release(candidate);
            }
        }
        throw new DistributedApplicationException($"No free port between {First} and {End}.");
    }

    public static void Release(int port) => Given.TryRemove(port, out _);

    private static bool IsFree(int port) => CanBind(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || CanBind(IPAddress.IPv6Loopback, port));

    private static bool CanBind(IPAddress address, int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            return true;
        }
        catch (SocketException e)
        {
            // No IPv6 loopback on this machine is no reason against the port.
            return e.SocketErrorCode == SocketError.AddressNotAvailable;
        }
    }
}

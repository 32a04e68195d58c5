using System.Net;
using System.Net.Sockets;

namespace Driftlock.Tests.Fixtures;

/// <summary>Loopback TCP ports that were free a moment ago; whoever binds one must be ready to find it taken.</summary>
internal static class FreePort
{
    public static int Take()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

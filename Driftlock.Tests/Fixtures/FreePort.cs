using System.Net;
using System.Net.Sockets;

namespace Driftlock.Tests.Fixtures;

/// <summary>
/// Loopback TCP ports that were free a moment ago; whoever binds one must be ready to find it taken. They lie below the range from which
/// the system takes ports for outgoing connections, so that a server that is killed finds its port free when it comes back.
/// </summary>
internal static class FreePort
{
    private const int First = 10_000;
    private const int BeforeEphemeral = 32_000;

    public static int Take()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, BeforeEphemeral);
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: try another.
            }
        }
    }
}

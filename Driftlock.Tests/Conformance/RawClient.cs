using System.Net.Sockets;
using System.Text;

namespace Driftlock.Tests.Conformance;

/// <summary>A connection on which a test writes what no HTTP client would.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpClient _client;

    private readonly NetworkStream _stream;

    private RawClient(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
    }

    public static async Task<RawClient> ConnectAsync(Uri server)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        return new RawClient(client);
    }

    public async Task SendAsync(string head, byte[] body)
    {
        await _stream.WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
        await _stream.WriteAsync(body, TestContext.Current.CancellationToken);
    }

    /// <summary>Closes our direction only: the answer may still come.</summary>
    public void EndSending() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>RST instead of FIN.</summary>
    public void Reset()
    {
        _client.LingerState = new LingerOption(true, 0);
        _client.Close();
    }

    /// <summary>All that the server writes until it closes; Latin-1.</summary>
    public async Task<string> ReadAsync() => Encoding.Latin1.GetString(await ReadBytesAsync(static _ => false));

    /// <summary>As <see cref="ReadAsync"/>, but no longer than <paramref name="isEnough"/> says.</summary>
    public async Task<byte[]> ReadBytesAsync(Func<byte[], bool> isEnough)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        using var read = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            while (!isEnough(read.ToArray()) && await _stream.ReadAsync(buffer, patience.Token) is > 0 and var count) read.Write(buffer, 0, count);
        }
        catch (IOException)
        {
            // Reset: after an answer since we had more to say than the server wanted to hear, or in place of one.
        }
        return read.ToArray();
    }

    public void Dispose() => _client.Dispose();
}

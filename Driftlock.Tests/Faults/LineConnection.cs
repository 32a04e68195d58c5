using System.Net;
using System.Net.Sockets;

namespace Driftlock.Tests.Faults;

/// <summary>One connection of a <see cref="Line"/>. When either end is gone, or it is cut, both are closed.</summary>
internal sealed class LineConnection(Line line, Socket client) : IDisposable
{
    private const int ChunkBytes = 16 << 10;

    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What a breakpoint has to know about this connection.</summary>
    public Conversation Conversation { get; } = new();

    public void Cut() => _cut.TrySetResult();

    public async Task RunAsync(int target, CancellationToken end)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(end);
        client.NoDelay = true;
        try
        {
            await _server.ConnectAsync(IPAddress.Loopback, target, ended.Token);
            await await Task.WhenAny(
                PassAsync(client, _server, isAnswer: false, ended.Token), PassAsync(_server, client, isAnswer: true, ended.Token), _cut.Task);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Closed below, which is all that either end is told.
        }
        finally
        {
            await ended.CancelAsync();
            // Reset instead of closed in order: that is what a broken line looks like.
            if (_cut.Task.IsCompleted) client.LingerState = new LingerOption(true, 0);
            Dispose();
        }
    }

    public void Dispose()
    {
        client.Dispose();
        _server.Dispose();
    }

    private async Task PassAsync(Socket from, Socket to, bool isAnswer, CancellationToken cancellationToken)
    {
        var chunk = new byte[ChunkBytes];
        while (await from.ReceiveAsync(chunk, cancellationToken) is > 0 and var length)
        {
            if (!isAnswer) Conversation.Hear(chunk.AsSpan(0, length));
            await line.Flows.WaitAsync(cancellationToken);
            if (line.Delay > TimeSpan.Zero) await Task.Delay(line.Delay, cancellationToken);
            if (line.Breakpoint is { } breakpoint) await breakpoint.PassAsync(Conversation, chunk.AsMemory(0, length), isAnswer, cancellationToken);
            for (var sent = 0; sent < length;) sent += await to.SendAsync(chunk.AsMemory(sent, length - sent), cancellationToken);
        }
    }
}

using System.Net;
using System.Net.Sockets;

namespace Driftlock.Tests.Faults;

/// <summary>
/// The line between a service and a server: a port of its own, whose connections are passed on to the server's until the test cuts, stalls
/// or slows them, or stops them at a <see cref="Breakpoint"/>.
/// </summary>
internal sealed class Line : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly HashSet<LineConnection> _connections = [];
    private readonly int _target;
    private readonly Task _accepting;
    private TaskCompletionSource _flows = Flowing();

    /// <param name="target">Port of the server, which need not be there.</param>
    public Line(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>By which everything that is sent is late, in either direction.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Where the line stops a connection; null nowhere.</summary>
    public Breakpoint? Breakpoint { get; set; }

    /// <summary>Waited for before anything is passed on.</summary>
    public Task Flows => Volatile.Read(ref _flows).Task;

    /// <summary>Resets every connection; new ones are taken.</summary>
    public void Cut()
    {
        LineConnection[] connections;
        lock (_connections) connections = [.. _connections];
        foreach (var connection in connections) connection.Cut();
    }

    /// <summary>Nothing arrives any more, and nobody is told: connections can be opened, and stay silent.</summary>
    public void Stall() => Volatile.Write(ref _flows, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>What was held back flows on.</summary>
    public void Resume() => Volatile.Read(ref _flows).TrySetResult();

    /// <summary>As it was at first.</summary>
    public void Mend()
    {
        (Delay, Breakpoint) = (TimeSpan.Zero, null);
        Resume();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        Cut();
        Resume();
        await _accepting;
        _end.Dispose();
    }

    private static TaskCompletionSource Flowing()
    {
        var flowing = new TaskCompletionSource();
        flowing.SetResult();
        return flowing;
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync(_end.Token);
                serving.RemoveAll(task => task.IsCompleted);
                serving.Add(ServeAsync(socket));
            }
            catch (SocketException)
            {
                // Gone before it was taken; the next may stay.
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                break;
            }
        }
        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(Socket socket)
    {
        using var connection = new LineConnection(this, socket);
        lock (_connections) _connections.Add(connection);
        await connection.RunAsync(_target, _end.Token);
        lock (_connections) _connections.Remove(connection);
    }
}

using System.Diagnostics;
using System.Net.Sockets;

namespace Driftlock.Tests.Fixtures;

/// <summary>A real Redis server of the test's own: on a free loopback port, with a random password, in a private folder, in memory only.</summary>
public sealed class RedisServer : IAsyncLifetime
{
    // The password goes through a file that only the server's user can read, never through the process list.
    private const string Prepare = """printf 'requirepass %s\n' "$password" > redis.conf""";

    private const string Serve = """
        exec redis-server ./redis.conf --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir .
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private GuardedServer? _server;

    public int Port { get; private set; }

    public string Password { get; } = Guid.NewGuid().ToString("N");

    /// <summary>In the form that the AppHost injects: <c>host:port,password=..</c>.</summary>
    public string ConnectionString => $"127.0.0.1:{Port},password={Password}";

    public async ValueTask InitializeAsync()
    {
        _server = await GuardedServer.PrepareAsync("redis", "redis", Password, Prepare, Serve, "TERM");
        for (var attempt = 1; ; attempt++)
        {
            Port = FreePort.Take();
            try
            {
                await StartAsync();
                return;
            }
            catch (TimeoutException) when (attempt < 3)
            {
                await StopAsync();
            }
        }
    }

    /// <summary>Starts the stopped server, empty, on the port it had and waits until it answers.</summary>
    public async Task StartAsync()
    {
        await _server!.StartAsync(Port);
        var started = Stopwatch.GetTimestamp();
        while (!await AnswersAsync())
        {
            var log = _server.ReadLog();
            if (Stopwatch.GetElapsedTime(started) > Patience || log.Contains("Failed listening", StringComparison.Ordinal))
            {
                throw new TimeoutException($"Redis did not answer on port {Port}: {log}");
            }

            await Task.Delay(20);
        }
    }

    /// <summary>Stops the server, or, with "KILL", crashes it.</summary>
    public Task StopAsync(string signal = "TERM") => _server!.StopAsync(signal);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    /// <summary>True when the server takes the password, so that a stranger on the same port is not taken for it.</summary>
    private async Task<bool> AnswersAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", Port, patience.Token);
            await using var stream = client.GetStream();
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"AUTH {Password}\r\n"), patience.Token);
            using var reader = new StreamReader(stream);
            return await reader.ReadLineAsync(patience.Token) == "+OK";
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }
}

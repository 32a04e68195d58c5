using System.Diagnostics;
using Npgsql;

namespace Driftlock.Tests.Fixtures;

/// <summary>
/// A real PostgreSQL server of the test's own: on a free loopback port, with a random password, in a private folder. Use it as a class
/// or collection fixture, and <see cref="CreateDatabaseAsync"/> for a database that nobody else touches.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string Prepare = """
        printf %s "$password" > password
        initdb -D data -U postgres -A scram-sha-256 --pwfile=password -E UTF8 --no-locale --no-sync
        rm password
        """;

    private const string Serve = """
        exec postgres -D data -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 $settings
        """;

    // Durability is not what these tests test: a SIGKILL of the server loses nothing without fsync, only a power cut would.
    private const string NotDurable = " -c fsync=off -c full_page_writes=off";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static int s_databases;

    private GuardedServer? _server;

    /// <summary>Everything as in a deployment: a commit waits for the disk.</summary>
    internal bool IsDurable { get; init; }

    /// <summary>The guard's, whose child is the server.</summary>
    internal int ProcessId => _server!.ProcessId;

    public int Port { get; private set; }

    /// <summary>The server's data lie on a disk of their own that is so small; null: on the machine's. Needs root.</summary>
    internal int? DiskMebibytes { get; init; }

    public string Password { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The maintenance database, as superuser.</summary>
    public string ConnectionString => ConnectionStringOf("postgres");

    public async ValueTask InitializeAsync()
    {
        _server = await GuardedServer.PrepareAsync("postgres", "postgres", Password, Script(Prepare), Script(IsDurable ? Serve : Serve + NotDurable), "QUIT", DiskMebibytes);
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

    /// <summary>Creates an empty database with a name of its own and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default)
    {
        var name = $"test_{Interlocked.Increment(ref s_databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return ConnectionStringOf(name);
    }

    /// <summary>Starts the stopped server on the port it had and waits until it answers.</summary>
    public async Task StartAsync()
    {
        var tooEarly = TooEarly();
        await _server!.StartAsync(Port);
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false;Timeout=5");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException e)
            {
                var log = _server.ReadLog();
                if (Stopwatch.GetElapsedTime(started) > Patience || log.Contains("could not create any TCP/IP sockets", StringComparison.Ordinal))
                {
                    throw new TimeoutException($"PostgreSQL did not answer on port {Port}: {log}", e);
                }

                if (TooEarly() > tooEarly)
                {
                    tooEarly++;
                    await _server.StopAsync("INT");
                    await _server.StartAsync(Port);
                }

                await Task.Delay(50);
            }
        }
    }

    /// <summary>How often a start was refused because children of a killed server were still on their way out.</summary>
    private int TooEarly() => _server!.ReadLog().Split("pre-existing shared memory block").Length - 1;

    /// <summary>Stops the server at once as its "fast" shutdown does, or, with "KILL", as a crash would; the data stays.</summary>
    public Task StopAsync(string signal = "INT") => _server!.StopAsync(signal);

    /// <summary>Leaves not a byte of the small disk.</summary>
    internal void FillDisk()
    {
        using var ballast = File.Create(Ballast);
        var block = new byte[64 << 10];
        try
        {
            while (true) ballast.Write(block);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Gives back what <see cref="FillDisk"/> took.</summary>
    internal void FreeDisk() => File.Delete(Ballast);

    private string Ballast => Path.Combine(_server!.Folder, "ballast");

    /// <summary>What the server has written so far.</summary>
    public string ReadLog() => _server!.ReadLog();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    /// <summary>The distribution keeps the server's programs out of PATH, in a folder for each version; the newest is taken.</summary>
    private string Script(string script)
    {
        var folders = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(d => d, StringComparer.Ordinal).Select(d => d + "/bin")
            : [];
        // On a small disk the log of the past is not to grow over what the test leaves.
        var settings = DiskMebibytes is null ? "" : "-c max_wal_size=64MB -c min_wal_size=32MB";
        return $"PATH={string.Join(':', [.. folders, "$PATH"])} settings='{settings}'; export PATH\n{script}";
    }

    private string ConnectionStringOf(string database) =>
        $"Host=127.0.0.1;Port={Port};Username=postgres;Password={Password};Database={database}";
}

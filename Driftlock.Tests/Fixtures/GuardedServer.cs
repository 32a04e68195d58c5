using System.Diagnostics;

namespace Driftlock.Tests.Fixtures;

/// <summary>
/// A server program under the guard of a small shell, which runs as an unprivileged user when the tests run as root. The shell starts
/// and stops the server on command; when its input closes, because the fixture was disposed or the test process died, it kills the
/// server and removes the folder. So nothing is left behind, even after SIGKILL.
/// </summary>
internal sealed class GuardedServer : IAsyncDisposable
{
    /// <summary>
    /// Arguments: the folder, the text that prepares it (run once), the text that runs the server (by exec), the signal that
    /// ends it at last (the server must end its own children on it).
    /// Input: the password, then one command a line. Output: one line for each command carried out.
    /// </summary>
    private const string Guard = """
        umask 077
        folder=$1 prepare=$2 serve=$3 last=$4 pid=
        end() { [ -z "$pid" ] && return; kill -s "$1" "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; pid=; }
        trap '' INT TERM HUP
        read -r password
        mkdir "$folder" && cd "$folder" || exit 1
        export folder password
        if sh -ec "$prepare" > "$folder/log" 2>&1; then
          echo prepared
          while read -r command argument; do
            case $command in
              start) port=$argument sh -c "$serve" >> "$folder/log" 2>&1 < /dev/null & pid=$! ;;
              stop) end "$argument" ;;
            esac
            echo "$command"
          done
        else
          cat "$folder/log" >&2
        fi
        end "$last"
        cd / && rm -rf "$folder"
        """;

    /// <summary>Arguments: a folder, its size in MiB, the command that finds it that small. Nobody else sees the mount, and it ends with the command.</summary>
    private const string OnSmallDisk = """
        mkdir "$1" && mount -t tmpfs -o size="$2"m,mode=1777 tmpfs "$1" && shift 2 && exec "$@"
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private readonly string? _mountPoint;

    private GuardedServer(Process process, string folder, string? mountPoint)
    {
        _process = process;
        Folder = folder;
        _mountPoint = mountPoint;
    }

    /// <summary>The guard's, whose child is the server.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Where the server keeps its data and its <c>log</c>; removed at the end.</summary>
    public string Folder { get; }

    /// <summary>Prepares the folder, as <paramref name="user"/> when the tests run as root; the server is not yet started.</summary>
    /// <param name="name">Goes into the folder's name.</param>
    /// <param name="user">Exists on this machine.</param>
    /// <param name="password">Given to the texts.</param>
    /// <param name="prepare">Text of the shell, run once.</param>
    /// <param name="serve">Text of the shell that becomes the server.</param>
    /// <param name="lastSignal">Ends it.</param>
    /// <param name="diskMebibytes">The folder lies on a disk of its own of this size; needs root.</param>
    public static async Task<GuardedServer> PrepareAsync(
        string name, string user, string password, string prepare, string serve, string lastSignal, int? diskMebibytes = null)
    {
        var top = Path.Combine(Path.GetTempPath(), $"driftlock-{name}-{Guid.NewGuid():N}");
        var folder = diskMebibytes is null ? top : Path.Combine(top, name);
        string[] command = ["sh", "-c", Guard, "guard", folder, prepare, serve, lastSignal];
        if (Environment.IsPrivilegedProcess)
        {
            command = ["setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups", .. command];
        }
        if (diskMebibytes is { } size) command = ["unshare", "--mount", "sh", "-c", OnSmallDisk, "disk", top, $"{size}", .. command];

        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        var process = Process.Start(start)!;
        // A mount of that process alone is reached through it.
        var server = new GuardedServer(process, diskMebibytes is null ? folder : $"/proc/{process.Id}/root{folder}", diskMebibytes is null ? null : top);
        try
        {
            await server._process.StandardInput.WriteLineAsync(password);
            await server.ExpectAsync("prepared");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the server; it may take a while until it answers.</summary>
    public Task StartAsync(int port) => CommandAsync("start", port.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Sends the server a signal (its name without SIG) and waits until it has ended; the data stays.</summary>
    public Task StopAsync(string signal) => CommandAsync("stop", signal);

    /// <summary>What the server has written so far, for the message of a failure.</summary>
    public string ReadLog() => File.Exists(Path.Combine(Folder, "log")) ? File.ReadAllText(Path.Combine(Folder, "log")) : "(no log)";

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        if (_mountPoint is not null && Directory.Exists(_mountPoint)) Directory.Delete(_mountPoint);
    }

    private async Task CommandAsync(string command, string argument)
    {
        await _process.StandardInput.WriteLineAsync($"{command} {argument}");
        await ExpectAsync(command);
    }

    private async Task ExpectAsync(string word)
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.StandardInput.FlushAsync(patience.Token);
        var line = await _process.StandardOutput.ReadLineAsync(patience.Token);
        if (line != word)
        {
            var reason = line is null ? await _process.StandardError.ReadToEndAsync(patience.Token) : line;
            throw new InvalidOperationException($"The server's guard did not answer '{word}': {reason}");
        }
    }
}

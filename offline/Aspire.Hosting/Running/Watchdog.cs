using System.Diagnostics;
using System.Globalization;

namespace Aspire.Hosting.Running;

/// <summary>
/// Ends the processes of an AppHost that was killed and could not do so itself. A shell in a session of its own reads a pipe of
/// which the AppHost holds the only other end: when the pipe closes, whatever is still listed is ended. Processes are named by
/// pid and start time, so that a pid in new hands is left alone.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private const string Script = """
        exec >/dev/null 2>&1
        trap '' INT TERM HUP
        list=""
        while read -r verb pid start signal; do
          new=""
          for e in $list; do case $e in "$pid":*) ;; *) new="$new $e" ;; esac; done
          [ "$verb" = add ] && new="$new $pid:$start:$signal"
          list=$new
        done
        alive() {
          [ -r "/proc/$1/stat" ] || return 1
          s=$(cat "/proc/$1/stat") || return 1
          w=$2
          set -- ${s##*) }
          [ "$1" != Z ] && [ "${20}" = "$w" ]
        }
        each() {
          left=0
          for e in $list; do
            pid=${e%%:*}; rest=${e#*:}; start=${rest%%:*}; signal=${1:-${rest#*:}}
            alive "$pid" "$start" || continue
            left=1
            [ "$signal" = 0 ] || { [ "$signal" = 9 ] && kill -9 -- "-$pid"; kill "-$signal" "$pid"; }
          done
        }
        each ""
        n=0
        while [ "$left" = 1 ] && [ $n -lt 50 ]; do sleep 0.1; n=$((n + 1)); each 0; done
        each 9
        rm -rf -- "$@"
        exit 0
        """;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, string> _watched = [];
    private readonly IReadOnlyList<string> _foldersToRemove;
    private Process? _shell;
    private bool _disposed;

    /// <param name="foldersToRemove">Removed at the end.</param>
    public Watchdog(IReadOnlyList<string> foldersToRemove)
    {
        _foldersToRemove = foldersToRemove;
        lock (_gate)
            Start();
    }

    public void Add(int pid, int signal)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"add {pid} {StartTime(pid)} {signal}");
        lock (_gate)
        {
            _watched[pid] = line;
            Send(line);
        }
    }

    public void Remove(int pid)
    {
        lock (_gate)
        {
            _watched.Remove(pid);
            Send(string.Create(CultureInfo.InvariantCulture, $"del {pid}"));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            _shell!.StandardInput.Close();
        }
        _shell.WaitForExit(TimeSpan.FromSeconds(10));
        _shell.Dispose();
    }

    private static string StartTime(int pid)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (IOException)
        {
            return "gone";
        }
    }

    private void Send(string line)
    {
        if (_disposed)
            return;
        if (_shell!.HasExited)
        {
            _shell.Dispose();
            Start();
            return;
        }
        _shell.StandardInput.WriteLine(line);
        _shell.StandardInput.Flush();
    }

    private void Start()
    {
        _shell = Process.Start(new ProcessStartInfo("setsid", ["sh", "-c", Script, "driftlock-watchdog", .. _foldersToRemove])
        {
            RedirectStandardInput = true,
            WorkingDirectory = "/"
        })!;
        foreach (var line in _watched.Values)
            _shell.StandardInput.WriteLine(line);
        _shell.StandardInput.Flush();
    }
}

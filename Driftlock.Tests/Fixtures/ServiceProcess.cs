using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Driftlock.Tests.Fixtures;

/// <summary>
/// A service as it runs in production: its own process, under the guard of a small shell that ends it when our end of the input
/// closes. So it is gone after the tests, also when these were killed. It is asked first: what it did is counted (coverage) as it exits.
/// </summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    /// <summary>
    /// The first line of the output is the number of the process that becomes the service. Signals are ignored only after it was started:
    /// it would inherit that, and must hear when it is asked to stop. What waits to kill it does inherit it, so it is killed itself: later the
    /// number may be another's.
    /// </summary>
    private const string Guard = """
        sh -c 'echo $$; exec "$@"' start "$@" < /dev/null & pid=$!
        trap '' INT TERM HUP
        exec > /dev/null 2>&1
        read -r _
        kill -TERM "$pid"
        sleep 10 && kill -KILL "$pid" &
        wait "$pid"
        kill -KILL "$!"
        """;

    public const int LogCharacters = 4_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly Task _reading;

    private ServiceProcess(Process process, int pid)
    {
        _process = process;
        Pid = pid;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public int Pid { get; }

    /// <summary>What it has written so far (the beginning of it).</summary>
    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    /// <summary>The guard's, whose child is the service.</summary>
    public int ProcessId => _process.Id;

    /// <summary>True once the service has closed its output, which it does only by ending.</summary>
    public bool HasEnded => _reading.IsCompleted;

    /// <param name="assembly">Name of the service's assembly, beside the tests.</param>
    /// <param name="environment">Variables on top of ours.</param>
    public static async Task<ServiceProcess> StartAsync(string assembly, IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo("sh") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-c", Guard, "guard", "dotnet", "exec", Path.Combine(AppContext.BaseDirectory, assembly + ".dll")])
        {
            start.ArgumentList.Add(argument);
        }
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        // Nobody listens there: losing Redis must lose nothing.
        start.Environment["ConnectionStrings__redis"] = "127.0.0.1:1";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var process = Process.Start(start)!;
        var pid = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        return new ServiceProcess(process, int.Parse(pid!, CultureInfo.InvariantCulture));
    }

    /// <summary>Does not wait until it is ready.</summary>
    public static Task<ServiceProcess> DetectorAsync(string connectionString, params IEnumerable<(string Name, string Value)> settings) => StartAsync(
        "Driftlock.Detector", [("ConnectionStrings__driftlock", connectionString), ("ASPNETCORE_URLS", "http://127.0.0.1:0"), .. settings]);

    /// <summary>Does not wait until it is ready.</summary>
    /// <param name="connectionString">Of the database.</param>
    /// <param name="http">Port of OTLP/HTTP.</param>
    /// <param name="grpc">Port of OTLP/gRPC.</param>
    /// <param name="settings">Variables on top of ours.</param>
    public static Task<ServiceProcess> ApiAsync(string connectionString, int http, int grpc, params IEnumerable<(string Name, string Value)> settings) => StartAsync(
        "Driftlock.Api",
        [
            ("ConnectionStrings__driftlock", connectionString), ("ASPNETCORE_URLS", "http://127.0.0.1:0"),
            ("OTLP_HTTP_PORT", http.ToString(CultureInfo.InvariantCulture)), ("OTLP_GRPC_PORT", grpc.ToString(CultureInfo.InvariantCulture)), .. settings,
        ]);

    /// <summary>Waits until the service says at <paramref name="health"/> that it is ready.</summary>
    /// <returns>False when it ended instead, which a taken port can be the reason of.</returns>
    public async Task<bool> BecomesHealthyAsync(Uri health)
    {
        using var client = new HttpClient();
        using var patience = new CancellationTokenSource(Patience);
        while (!HasEnded)
        {
            try
            {
                using var answer = await client.GetAsync(health, patience.Token);
                if (answer.IsSuccessStatusCode) return true;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"{health} was not healthy in time: {Log}");
            }
            await Task.Delay(25, CancellationToken.None);
        }
        return false;
    }

    /// <summary>Sends a signal: KILL, STOP, CONT, TERM.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, Pid.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>The end of what it wrote, for the message of a failure.</summary>
    public string LastLines() => string.Join('\n', Log.Split('\n').TakeLast(20).Select(line => line[..Math.Min(line.Length, 500)]));

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        await _reading.WaitAsync(Patience);
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            lock (_log)
            {
                if (_log.Length < LogCharacters) _log.AppendLine(line);
            }
        }
    }
}

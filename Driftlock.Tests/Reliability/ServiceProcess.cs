using System.Diagnostics;
using System.Globalization;

namespace Driftlock.Tests.Reliability;

/// <summary>
/// One of our services as a process of its own, under a shell that kills it when the test disposes it or dies. Its output goes to a
/// file, for the message of a failure.
/// </summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private const string Guard = """
        exec 2> /dev/null
        log=$1; shift
        "$@" > "$log" 2>&1 < /dev/null & pid=$!
        echo $pid
        read -r _
        kill -s KILL $pid
        wait $pid
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _guard;
    private readonly string _log;

    private ServiceProcess(Process guard, string log, int pid)
    {
        _guard = guard;
        _log = log;
        Pid = pid;
    }

    public int Pid { get; }

    public static Task<ServiceProcess> DetectorAsync(string connectionString, params (string Name, string Value)[] settings) =>
        StartAsync("Driftlock.Detector.dll", connectionString, [("ASPNETCORE_URLS", "http://127.0.0.1:0"), .. settings]);

    /// <param name="connectionString">Of the database.</param>
    /// <param name="http">Port of OTLP/HTTP.</param>
    /// <param name="grpc">Port of OTLP/gRPC.</param>
    public static Task<ServiceProcess> ApiAsync(string connectionString, int http, int grpc) => StartAsync(
        "Driftlock.Api.dll", connectionString,
        [
            ("ASPNETCORE_URLS", "http://127.0.0.1:0"), ("OTLP_HTTP_PORT", http.ToString(CultureInfo.InvariantCulture)),
            ("OTLP_GRPC_PORT", grpc.ToString(CultureInfo.InvariantCulture)),
        ]);

    /// <summary>Sends a signal: KILL, STOP, CONT, TERM.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, Pid.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>The end of what it wrote.</summary>
    public string ReadLog() => File.Exists(_log) ? string.Join('\n', File.ReadLines(_log).TakeLast(20).Select(line => line[..Math.Min(line.Length, 500)])) : "";

    public async ValueTask DisposeAsync()
    {
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync().WaitAsync(Patience);
        _guard.Dispose();
        File.Delete(_log);
    }

    private static async Task<ServiceProcess> StartAsync(
        string assembly, string connectionString, (string Name, string Value)[] settings)
    {
        var log = Path.Combine(Path.GetTempPath(), $"driftlock-{assembly}-{Guid.NewGuid():N}.log");
        var start = new ProcessStartInfo("sh", ["-c", Guard, "guard", log, "dotnet", Path.Combine(AppContext.BaseDirectory, assembly)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["ConnectionStrings__driftlock"] = connectionString;
        // Nobody listens there: these tests are about what must hold without Redis.
        start.Environment["ConnectionStrings__redis"] = "127.0.0.1:1";
        foreach (var (name, value) in settings) start.Environment[name] = value;
        var guard = Process.Start(start)!;
        var pid = await guard.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);
        return new ServiceProcess(guard, log, int.Parse(pid!, CultureInfo.InvariantCulture));
    }
}

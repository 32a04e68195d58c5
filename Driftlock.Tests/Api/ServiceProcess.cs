using System.Diagnostics;
using System.Text;

namespace Driftlock.Tests.Api;

/// <summary>
/// A service as it runs in production: its own process, under the guard of a small shell that kills it when our end of the input
/// closes. So it is gone after the tests, also when these were killed.
/// </summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private const string Guard = """
        trap '' INT TERM HUP
        "$@" < /dev/null & pid=$!
        exec > /dev/null 2>&1
        read -r _
        kill -KILL "$pid"
        wait "$pid"
        """;

    public const int LogCharacters = 4_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly Task _reading;

    private ServiceProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    /// <summary>What it has written so far (the beginning of it).</summary>
    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    /// <summary>True once the service has closed its output, which it does only by ending.</summary>
    public bool HasEnded => _reading.IsCompleted;

    /// <param name="assembly">Name of the service's assembly, beside the tests.</param>
    /// <param name="environment">Variables on top of ours.</param>
    public static ServiceProcess Start(string assembly, IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo("sh") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-c", Guard, "guard", "dotnet", "exec", Path.Combine(AppContext.BaseDirectory, assembly + ".dll")])
        {
            start.ArgumentList.Add(argument);
        }
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new ServiceProcess(Process.Start(start)!);
    }

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

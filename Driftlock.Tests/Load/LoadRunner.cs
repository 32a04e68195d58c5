using System.Diagnostics;

namespace Driftlock.Tests.Load;

/// <summary>Runs the load runner as its users do: as a process.</summary>
internal static class LoadRunner
{
    public sealed record Result(int ExitCode, string Output, string Error);

    /// <param name="print">Called with each line of output as it comes.</param>
    public static async Task<Result> RunAsync(IEnumerable<string> arguments, TimeSpan patience, Action<string>? print = null)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "Driftlock.Benchmarks.dll"), "load", .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(patience);
        try
        {
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            var output = new StringWriter();
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                output.WriteLine(line);
                print?.Invoke(line);
            }
            await process.WaitForExitAsync(limit.Token);
            return new Result(process.ExitCode, output.ToString(), await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}

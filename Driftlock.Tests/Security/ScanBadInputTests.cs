using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Driftlock.Tests.Security;

/// <summary>`driftlock scan` on what is no log: exit code 2, one line that says why, and memory that the input does not decide.</summary>
public sealed class ScanBadInputTests : IDisposable
{
    private const int BadInput = 2;
    private const long BoundedMemoryKiB = 400 << 10;

    private readonly string _folder = Directory.CreateTempSubdirectory("driftlock-scan-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("yaml")]
    [InlineData("")]
    [InlineData("TEXT; rm -rf /")]
    public async Task A_wrong_format_is_named_with_the_right_ones(string format)
    {
        var result = await ScanAsync(await FileAsync("app.log", "a line\n"u8.ToArray()), "--format", format);
        Assert.Equal((BadInput, ""), (result.ExitCode, result.Output));
        Assert.Contains("ndjson", ExpectOneLine(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_file_is_bad_input()
    {
        foreach (var json in (string[][])[[], ["--json"]])
        {
            var result = await ScanAsync([await FileAsync("empty.log", []), .. json]);
            Assert.Equal((BadInput, ""), (result.ExitCode, result.Output));
            Assert.Contains("empty", ExpectOneLine(result), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_binary_file_is_bad_input()
    {
        var result = await ScanAsync(await FileAsync("app.log", [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 200, 201]));
        Assert.Equal((BadInput, ""), (result.ExitCode, result.Output));
        Assert.Contains("not text", ExpectOneLine(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Broken_gzip_and_a_missing_file_are_bad_input()
    {
        var result = await ScanAsync(await FileAsync("app.log.gz", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 255, 254, 253]));
        Assert.Equal(BadInput, result.ExitCode);
        ExpectOneLine(result);
        result = await ScanAsync(Path.Combine(_folder, "nowhere.log"));
        Assert.Equal(BadInput, result.ExitCode);
        Assert.Contains("no such file", ExpectOneLine(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_is_not_of_the_format_is_named_by_its_number()
    {
        var result = await ScanAsync(await FileAsync("app.ndjson", "{\"message\":\"a\"}\n{\"message\":\n"u8.ToArray()), "--format", "ndjson");
        Assert.Equal(BadInput, result.ExitCode);
        Assert.Contains("line 2", ExpectOneLine(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_line_of_400_MB_is_cut_in_bounded_memory()
    {
        var path = Path.Combine(_folder, "long.log");
        await using (var file = File.Create(path))
        {
            var part = new byte[1 << 20];
            Array.Fill(part, (byte)'x');
            for (var i = 0; i < 400; i++) await file.WriteAsync(part, Cancellation);
        }
        var result = await ScanAsync(path, "--json");
        Assert.Equal(0, result.ExitCode);
        var summary = JsonDocument.Parse(result.Output).RootElement.GetProperty("summary");
        Assert.Equal(1, summary.GetProperty("events").GetInt64());
        Assert.Contains("cut", ExpectOneLine(result), StringComparison.Ordinal);
        Assert.InRange(result.PeakKiB, 1, BoundedMemoryKiB);
    }

    private static string ExpectOneLine(Result result)
    {
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        return Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private async Task<string> FileAsync(string name, byte[] content)
    {
        var path = Path.Combine(_folder, name);
        await File.WriteAllBytesAsync(path, content, Cancellation);
        return path;
    }

    private static async Task<Result> ScanAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["exec", Path.Combine(AppContext.BaseDirectory, "driftlock.dll"), "scan", .. arguments]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            var peak = await PeakAsync(process, output);
            await process.WaitForExitAsync(patience.Token);
            return new Result(process.ExitCode, await output, await error, peak);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>The most memory that the process has held (VmHWM), read until it ends: the kernel forgets it then.</summary>
    private static async Task<long> PeakAsync(Process process, Task ended)
    {
        long peak = 0;
        while (!ended.IsCompleted)
        {
            try
            {
                var line = (await File.ReadAllLinesAsync($"/proc/{process.Id}/status", Cancellation))
                    .FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
                if (line is not null) peak = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                break; // It has ended meanwhile.
            }
            await Task.WhenAny(ended, Task.Delay(10, Cancellation));
        }
        return peak;
    }

    private sealed record Result(int ExitCode, string Output, string Error, long PeakKiB);
}

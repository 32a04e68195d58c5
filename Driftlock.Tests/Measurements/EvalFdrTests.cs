using System.Text.Json;
using Driftlock.Tests.Telemetry;

namespace Driftlock.Tests.Measurements;

public sealed class EvalFdrTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("driftlock-fdr-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Two_small_logs_are_enough_and_the_same_run_prints_the_same()
    {
        await WriteAsync("shop.log", SyntheticLogs.OfShop(1200, 1));
        await WriteAsync("disk.log", SyntheticLogs.OfDisk(1200, 2));
        var result = await CliProcess.RunAsync("eval", "fdr", "--data", _directory, "--json");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        using var report = JsonDocument.Parse(result.Output);
        var root = report.RootElement;
        Assert.Equal(0.05, root.GetProperty("level").GetDouble());
        Assert.Equal((2, 20), (root.GetProperty("streams").GetInt32(), root.GetProperty("repeats").GetInt32()));
        // Lines that never vary, and foreign ones among them: if those are not found, nothing is.
        Assert.InRange(root.GetProperty("power").GetDouble(), 0.5, 1);
        // Two logs, four kinds: neither has alert lines.
        var all = root.GetProperty("allKinds");
        Assert.Equal(8, all.GetProperty("streams").GetInt32());
        var kinds = all.GetProperty("kinds").EnumerateArray().ToDictionary(kind => kind.GetProperty("kind").GetString()!, kind => kind.GetProperty("power").GetDouble());
        Assert.Equal(["alien", "message", "repeat", "absence"], kinds.Keys);
        Assert.Equal(all.GetProperty("power").GetDouble(), kinds.Values.Average(), 9);
        var flagAll = root.GetProperty("baselines").GetProperty("flagAll");
        Assert.Equal(1, flagAll.GetProperty("power").GetDouble());
        var positive = root.GetProperty("windowsOfEpisodes").GetDouble() / root.GetProperty("windows").GetDouble();
        Assert.Equal(1 - positive, flagAll.GetProperty("pooledFalseShare").GetDouble(), 9);
        Assert.Equal(result.Output, (await CliProcess.RunAsync("eval", "fdr", "--data", _directory, "--json")).Output);
    }

    [Theory]
    [InlineData("--level", "1.5", "--level must lie between 0 and 1")]
    [InlineData("--kinds", "alien,ufo", "there is no 'ufo'")]
    [InlineData("--kinds", "alert", "alert needs labelled lines")]
    public async Task An_option_that_cannot_be_met_is_refused_with_the_reason(string option, string value, string reason)
    {
        await WriteAsync("shop.log", SyntheticLogs.OfShop(1200, 1));
        await WriteAsync("disk.log", SyntheticLogs.OfDisk(1200, 2));
        var result = await CliProcess.RunAsync("eval", "fdr", "--data", _directory, option, value, "--json");
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(reason, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_log_is_not_enough_and_the_message_says_so()
    {
        await WriteAsync("shop.log", SyntheticLogs.OfShop(1200, 1));
        var result = await CliProcess.RunAsync("eval", "fdr", "--data", _directory, "--json");
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("at least two logs", result.Error, StringComparison.Ordinal);
        Assert.Contains("shop.log: 1200", result.Error, StringComparison.Ordinal);
    }

    private Task WriteAsync(string name, string[] lines) => File.WriteAllLinesAsync(Path.Combine(_directory, name), lines);
}

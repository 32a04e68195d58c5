using System.Text.Json;
using Driftlock.Tests.Telemetry;

namespace Driftlock.Tests.Origins;

public sealed class EvalCausesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("driftlock-causes").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_small_scenario_is_read_and_its_cause_is_found()
    {
        Write("0.5");
        var result = await CliProcess.RunAsync("eval", "causes", "--data", _directory, "--json");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        using var json = JsonDocument.Parse(result.Output);
        var latency = json.RootElement.GetProperty("latency");
        Assert.Equal((1, 1.0), (latency.GetProperty("cases").GetInt32(), latency.GetProperty("top1").GetDouble()));
        Assert.False(json.RootElement.TryGetProperty("availability", out _));
    }

    [Fact]
    public async Task A_cell_that_is_no_number_is_named_by_file_and_line()
    {
        Write("half");
        var result = await CliProcess.RunAsync("eval", "causes", "--data", _directory, "--json");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(Path.Combine("issue_0", "metrics.csv") + ", line 5", result.Error, StringComparison.Ordinal);
        Assert.Contains("'half'", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task A_directory_without_a_scenario_is_refused_by_name()
    {
        var result = await CliProcess.RunAsync("eval", "causes", "--data", _directory);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(_directory, result.Error, StringComparison.Ordinal);
    }

    // front calls store; store becomes slow.
    private void Write(string slow)
    {
        const string Head = "microservice,front,store,front,store\nmetric,latency,latency,requests,requests\nstatistic,Average,Average,Sum,Sum\nunix_timestamp,,,,\n";
        File.WriteAllText(Path.Combine(_directory, "graph.csv"), ",front,store\nfront,0.0,1.0\nstore,0.0,0.0\n");
        Directory.CreateDirectory(Path.Combine(_directory, "noissue"));
        File.WriteAllText(Path.Combine(_directory, "noissue", "metrics.csv"), Head + "100,0.05,0.01,10,10\n400,0.06,0.02,11,11\n700,0.05,,10,10\n");
        var issue = Directory.CreateDirectory(Path.Combine(_directory, "test", "issue_0")).FullName;
        File.WriteAllText(Path.Combine(issue, "metrics.csv"), Head + $"1000,0.55,{slow},10,10\n");
        File.WriteAllText(Path.Combine(issue, "target.json"),
            """{"target":{"node":"front","metric":"latency","agg":"Average","timestamp":1000},"root_cause":{"node":"store","metric":null}}""");
    }
}

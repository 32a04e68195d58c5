using System.Text.Json;
using Driftlock.Cbad.Coding;
using Driftlock.Tests.Telemetry;

namespace Driftlock.Tests.Sessions;

public sealed class SessionEvalTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("driftlock-sessions-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_line_that_is_no_session_is_named()
    {
        await WriteAsync("train.jsonl", """{"label":0,"events":["a b","c d"]}""", """{"label":0,"events":["a b"]}""");
        foreach (var bad in new[] { "{", """{"events":["a"]}""", """{"label":2,"events":["a"]}""", """{"label":0,"events":7}""", """{"label":0,"weight":0,"events":["a"]}""" })
        {
            await WriteAsync("test.jsonl", """{"label":1,"events":["a b"]}""", bad);
            var result = await CliProcess.RunAsync("eval", "sessions", "--data", _directory, "--json");
            Assert.Equal(2, result.ExitCode);
            Assert.Contains("test.jsonl:2:", result.Error, StringComparison.Ordinal);
            Assert.Empty(result.Output);
        }
    }

    [Fact]
    public async Task A_directory_without_sessions_is_refused()
    {
        var result = await CliProcess.RunAsync("eval", "sessions", "--data", _directory, "--json");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("train.jsonl", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Named_templates_are_told_apart_and_weights_count()
    {
        var random = new SeededRandom(1);
        var train = Enumerable.Range(0, 400).Select(_ => $$"""{"label":0,"events":["E1","E2",{{(random.Below(2) == 0 ? "\"E3\"," : "")}}"E4"]}""");
        var normal = Enumerable.Repeat("""{"label":0,"weight":3,"events":["E1","E2","E4"]}""", 50);
        await WriteAsync("train.jsonl", [.. train]);
        await WriteAsync("test.jsonl", [.. normal, .. Enumerable.Repeat("""{"label":1,"events":["E1","E7","E4"]}""", 10)]);
        using var report = JsonDocument.Parse((await CliProcess.RunAsync("eval", "sessions", "--data", _directory, "--json")).Output);
        Assert.Equal(1, report.RootElement.GetProperty("auc").GetDouble());
        Assert.Equal(1, report.RootElement.GetProperty("bestF1").GetDouble());
        var flagAll = report.RootElement.GetProperty("baselines").GetProperty("flagAll").GetProperty("bestF1").GetDouble();
        Assert.Equal(2 * 10 / (10 + 150 + 10.0), flagAll, 12);
    }

    [Fact]
    public async Task On_public_sessions_the_promised_figures_hold()
    {
        var result = await CliProcess.RunAsync("eval", "sessions", "--data", DevelopmentData.Directory("sessions"), "--json");
        using var report = JsonDocument.Parse(result.Output);
        var sets = report.RootElement.GetProperty("sets").EnumerateArray().ToDictionary(set => set.GetProperty("set").GetString()!);
        AtLeast(sets["hdfs_raw"], 0.95, 0.90);
        AtLeast(sets["hdfs_raw"].GetProperty("contaminated"), 0.93, 0.87);
        AtLeast(sets["hdfs_100k"], 0.67, 0.65);
        AtLeast(sets["hdfs_100k"].GetProperty("contaminated"), 0.65, 0.62);
        // 19 sessions to learn from: no p-value can be below a twentieth, so nothing may be flagged at a hundredth.
        foreach (var level in sets["openstack_negative_control"].GetProperty("atLevel").EnumerateArray()) Assert.Equal(0, level.GetProperty("fpr").GetDouble());
    }

    private static void AtLeast(JsonElement figures, double best, double calibrated)
    {
        Assert.InRange(figures.GetProperty("bestF1").GetDouble(), best, 1);
        Assert.InRange(figures.GetProperty("calibratedF1").GetDouble(), calibrated, 1);
    }

    private Task WriteAsync(string name, params string[] lines) => File.WriteAllLinesAsync(Path.Combine(_directory, name), lines);
}

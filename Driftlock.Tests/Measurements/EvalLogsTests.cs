using System.Text.Json;
using Driftlock.Tests.Telemetry;

namespace Driftlock.Tests.Measurements;

public sealed class EvalLogsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("driftlock-logs-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Windows_with_labelled_lines_are_counted_and_foreign_ones_rank_above_the_rest()
    {
        var lines = SyntheticLogs.OfShop(4000, 1);
        var labels = new string[lines.Length];
        Array.Fill(labels, "0");
        // Four windows of fifty in all: one in the baseline, three judged.
        foreach (var at in new[] { 120, 1510, 2222, 3333 })
            for (var i = at; i < at + 5; i++) (lines[i], labels[i]) = ($"!! panic: {new string((char)('a' + (i % 20)), 30)} @@", "1");
        await WriteAsync("shop.log", lines);
        await WriteAsync("shop.labels", labels);
        await WriteAsync("disk.log", SyntheticLogs.OfDisk(1000, 1));
        using var report = JsonDocument.Parse((await RunAsync()).Output);
        var root = report.RootElement;
        Assert.Equal((72, 3, 1), (Count(root, "windows"), Count(root, "anomalous"), Count(root, "anomalousInBaseline")));
        Assert.InRange(root.GetProperty("auroc").GetDouble(), 0.9, 1);
        Assert.Equal(["disk"], root.GetProperty("unlabelled").EnumerateArray().Select(name => name.GetString()));
        var flagAll = root.GetProperty("baselines").GetProperty("flagAll");
        Assert.Equal(3 / 72.0, flagAll.GetProperty("precision").GetDouble(), 12);
        // All scores alike: no ranking, so an even chance, and the share of anomalies.
        Assert.Equal(0.5, flagAll.GetProperty("auroc").GetDouble());
        Assert.Equal(3 / 72.0, flagAll.GetProperty("auprc").GetDouble(), 12);
    }

    [Fact]
    public async Task A_first_column_of_hyphens_labels_too_and_blank_lines_keep_labels_in_step()
    {
        var lines = SyntheticLogs.OfShop(1000, 1).Select((line, i) => (i is 701 ? "PANIC " : "- ") + line).ToList();
        lines.Insert(10, "");
        await WriteAsync("shop.log", [.. lines]);
        using var report = JsonDocument.Parse((await RunAsync()).Output);
        Assert.Equal(1, Count(report.RootElement, "anomalous"));
    }

    [Theory]
    [InlineData(999, "shop.labels:1000: no label for line 1000")]
    [InlineData(1001, "shop.labels:1001: a label, but")]
    public async Task Labels_that_do_not_match_the_log_are_named_by_file_and_line(int labels, string message)
    {
        await WriteAsync("shop.log", SyntheticLogs.OfShop(1000, 1));
        await WriteAsync("shop.labels", [.. Enumerable.Repeat("1", labels)]);
        var result = await RunAsync();
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_without_labels_are_refused_with_where_labels_come_from()
    {
        await WriteAsync("shop.log", SyntheticLogs.OfShop(1000, 1));
        var result = await RunAsync();
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("NAME.labels", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_labelled_log_that_the_baseline_swallows_is_refused()
    {
        await WriteAsync("shop.log", SyntheticLogs.OfShop(400, 1));
        await WriteAsync("shop.labels", [.. Enumerable.Range(0, 400).Select(i => i == 7 ? "1" : "0")]);
        var result = await RunAsync();
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("baseline", result.Error, StringComparison.Ordinal);
    }

    private static int Count(JsonElement figures, string name) => figures.GetProperty(name).GetInt32();

    private Task<CliProcess.Result> RunAsync() => CliProcess.RunAsync("eval", "logs", "--data", _directory, "--json");

    private Task WriteAsync(string name, string[] lines) => File.WriteAllLinesAsync(Path.Combine(_directory, name), lines);
}

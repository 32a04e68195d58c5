using System.Text.Json;

namespace Driftlock.Tests.Telemetry;

/// <summary>`driftlock scan` on OTLP/JSON, as `driftlock generate` and the Collector's file exporter write it.</summary>
public sealed class ScanOtlpJsonTests : IDisposable
{
    private const string One = """{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeLogs":[{"scope":{"name":"cart"},"logRecords":[{"body":{"stringValue":"cart emptied"}}]}]}]}""";

    private static readonly JsonSerializerOptions Printed = new() { WriteIndented = true };

    private readonly string _directory = Directory.CreateTempSubdirectory("driftlock-scan-otlp-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Generated_trouble_is_found_in_its_own_stream_and_the_format_is_recognised()
    {
        var truth = Path.Combine(_directory, "truth.json");
        var generated = await CliProcess.RunAsync("generate", "--signal", "logs", "--count", "20000", "--seed", "3", "--anomaly", "pattern", "--truth", truth);
        var result = await ScanAsync(generated.Output, "--json");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        using var place = JsonDocument.Parse(await File.ReadAllBytesAsync(truth, Cancellation));
        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var summary = lines[^1].GetProperty("summary");
        Assert.Equal(20_000, summary.GetProperty("events").GetInt32());
        Assert.InRange(summary.GetProperty("streams").GetInt32(), 2, 100);
        Assert.Contains(lines[..^1], anomaly => anomaly.GetProperty("service").GetString() == place.RootElement.GetProperty("service").GetString());
    }

    [Fact]
    public async Task Requests_may_be_printed_over_several_lines_and_without_any_between()
    {
        var printed = JsonSerializer.Serialize(JsonDocument.Parse(One).RootElement, Printed);
        var result = await ScanAsync(printed + One + "\n\n" + printed + " {\"resourceSpans\":[]}\n", "--format", "otlp-json", "--json");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("\"events\":3,\"streams\":1,", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(One + "\n{\"resourceLogs\":[{\n", "request 2", "not JSON")]
    [InlineData(One + "\n[1]", "request 2", "resourceLogs")]
    [InlineData(One + "\n{\"resourceLogs\":7}", "request 2", "byte")]
    public async Task What_cannot_be_read_is_named_by_its_number(string content, params string[] expected)
    {
        var result = await ScanAsync(content, "--format", "otlp-json");
        Assert.Equal(2, result.ExitCode);
        Assert.All(expected, part => Assert.Contains(part, result.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_beyond_the_limit_is_refused()
    {
        var result = await ScanAsync("{\"resourceLogs\":\"" + new string('x', 65 << 20) + "\"}", "--json");
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("larger than 64 MiB", result.Error, StringComparison.Ordinal);
    }

    private async Task<CliProcess.Result> ScanAsync(string content, params string[] arguments)
    {
        var path = Path.Combine(_directory, "requests.jsonl");
        await File.WriteAllTextAsync(path, content, Cancellation);
        return await CliProcess.RunAsync(["scan", path, .. arguments]);
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using Driftlock.Cbad.Coding;
using Driftlock.Tests.Series;

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

    [Fact]
    public async Task A_drift_and_metrics_that_no_longer_fit_together_are_told_in_words_and_in_json()
    {
        var random = new SeededRandom(1);
        var (load, requests) = (0.0, new StringBuilder());
        for (var row = 0; row < 14_000; row++)
        {
            load = (0.8 * load) + random.Normal();
            requests.Append(Gauge("billing", "queue.wait", row, 20 + (1.5 * (random.Normal() + (Math.Max(0, row - 3000) / 8000.0)))));
            for (var metric = 0; metric < 5 && row < 1000; metric++)
                requests.Append(Gauge("checkout", $"gauge.{metric}", row, 100 + (10 * load * (metric == 4 && row >= 900 ? -1 : 1)) + (2 * random.Normal())));
        }
        var text = await ScanAsync(requests.ToString());
        Assert.Equal((0, ""), (text.ExitCode, text.Error));
        Assert.Contains("  queue.wait has drifted up since 2026-", text.Output, StringComparison.Ordinal);
        Assert.Contains("  The metrics of checkout no longer fit together: gauge.4 is ", text.Output, StringComparison.Ordinal);
        Assert.Contains("usual instead (95 % of the time): ", text.Output, StringComparison.Ordinal);
        var json = await ScanAsync(requests.ToString(), "--json");
        Assert.Equal(0, json.ExitCode);
        var anomalies = json.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[..^1].Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Contains(anomalies, anomaly => anomaly.GetProperty("unit").GetString() == "drift" && anomaly.GetProperty("costliest").GetArrayLength() == 0);
        Assert.Contains(anomalies, anomaly => anomaly.GetProperty("unit").GetString() == "resource" && anomaly.GetProperty("costliest").GetArrayLength() == 5);
    }

    private static string Gauge(string service, string name, int row, double value) => JsonSerializer.Serialize(new
    {
        resourceMetrics = new[]
        {
            new
            {
                resource = new { attributes = new[] { new { key = "service.name", value = new { stringValue = service } } } },
                scopeMetrics = new[]
                {
                    new { metrics = new[] { new { name, unit = "ms", gauge = new { dataPoints = new[] { new { timeUnixNano = (1_790_000_000_000_000_000 + (row * 10_000_000_000L)).ToString(CultureInfo.InvariantCulture), asDouble = value } } } } } },
                },
            },
        },
    }) + "\n";

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

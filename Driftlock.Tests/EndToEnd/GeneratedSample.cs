using System.Text.Json;
using Driftlock.Tests.Telemetry;
using Microsoft.Extensions.Logging;

namespace Driftlock.Tests.EndToEnd;

/// <summary>Our own sample, the same as the AppHost sends: a shop whose payment provider starts to fail as it never did before.</summary>
public sealed class GeneratedSample(Deployment deployment) : Scenario(deployment)
{
    private const string Failing = "payment";

    private string _requests = "";

    public override (string Sdk, string Replay) Services => ("payment-sdk", "payment-replay");

    public override bool IsAlert(long line, string text) => text.Contains("UPSTREAM_LEDGER_UNREACHABLE", StringComparison.Ordinal);

    protected override async Task<IReadOnlyList<(LogLevel Level, string Text)>> LinesAsync()
    {
        var generated = await CliProcess.RunAsync("generate", "--signal", "logs", "--count", "6000", "--seed", "7", "--anomaly", "pattern");
        Assert.True(generated.ExitCode == 0, generated.Error);
        _requests = generated.Output;
        return [.. _requests.Split('\n', StringSplitOptions.RemoveEmptyEntries).SelectMany(LinesOfTheFailingService)];
    }

    protected override async Task<string> FileAsync(string service)
    {
        var path = Path.Combine(Folder, $"{service}.ndjson");
        var renamed = _requests.Replace($"{{\"stringValue\":\"{Failing}\"}}", $"{{\"stringValue\":\"{service}\"}}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, renamed, TestContext.Current.CancellationToken);
        return path;
    }

    protected override string[] ReplayArguments(string service) => [];

    private static List<(LogLevel Level, string Text)> LinesOfTheFailingService(string request)
    {
        using var json = JsonDocument.Parse(request);
        return [.. json.RootElement.GetProperty("resourceLogs").EnumerateArray()
            .Where(resource => resource.GetProperty("resource").GetProperty("attributes")[0].GetProperty("value").GetProperty("stringValue").ValueEquals(Failing))
            .SelectMany(resource => resource.GetProperty("scopeLogs").EnumerateArray())
            .SelectMany(scope => scope.GetProperty("logRecords").EnumerateArray())
            .Select(record => (Level(record.GetProperty("severityNumber").GetInt32()), record.GetProperty("body").GetProperty("stringValue").GetString()!))];
    }

    private static LogLevel Level(int severity) => severity switch
    {
        >= 17 => LogLevel.Error,
        >= 13 => LogLevel.Warning,
        >= 9 => LogLevel.Information,
        _ => LogLevel.Debug,
    };
}

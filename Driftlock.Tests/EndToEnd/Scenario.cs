using System.Text.Json;
using Driftlock.Tests.Telemetry;
using Microsoft.Extensions.Logging;

namespace Driftlock.Tests.EndToEnd;

/// <summary>
/// A log with alerts at known places, sent twice: through the OpenTelemetry SDK over gRPC as one service, and by `driftlock replay`
/// over HTTP as another. Sent once for all tests of a class.
/// </summary>
public abstract class Scenario : IDisposable
{
    private readonly Lazy<Task> _ready;

    protected Scenario(Deployment deployment)
    {
        Deployment = deployment;
        _ready = new Lazy<Task>(RunAsync);
    }

    public Deployment Deployment { get; }

    /// <summary>The service that the SDK sends as, and the one that the replay sends as.</summary>
    public abstract (string Sdk, string Replay) Services { get; }

    /// <summary>What was found in both, in the order of detection, by REST.</summary>
    public IReadOnlyList<Anomaly> Anomalies { get; private set; } = [];

    /// <summary>The same as it came over a live stream that was opened before the first event was sent.</summary>
    public IReadOnlyList<Anomaly> Live { get; private set; } = [];

    protected string Folder { get; } = Directory.CreateTempSubdirectory("driftlock-e2e-").FullName;

    /// <summary>Whether a line of one of the two services is known to be an alert.</summary>
    /// <param name="line">0-based in the service's stream.</param>
    /// <param name="text">The line as the evidence shows it.</param>
    public abstract bool IsAlert(long line, string text);

    /// <summary>Returns when all is sent and judged; skips the test where the data is absent.</summary>
    public Task ReadyAsync() => _ready.Value;

    /// <summary>Sends the log once more, as a service of another name, and returns when it is judged.</summary>
    public async Task SendAgainAsync(string service) => await Deployment.JudgedAsync(await ReplayAsync(await FileAsync(service), service));

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The lines that the SDK sends.</summary>
    protected abstract Task<IReadOnlyList<(LogLevel Level, string Text)>> LinesAsync();

    /// <summary>The file that is replayed.</summary>
    protected abstract Task<string> FileAsync(string service);

    protected abstract string[] ReplayArguments(string service);

    private async Task RunAsync()
    {
        var lines = await LinesAsync();
        var before = await Deployment.AnomaliesAsync();
        await using var live = await LiveStream.OpenAsync(Deployment.Api);
        await Task.Run(() => SdkSender.Send(Deployment.OtlpGrpc, Services.Sdk, lines));
        await Deployment.JudgedAsync(lines.Count + await ReplayAsync(await FileAsync(Services.Replay), Services.Replay));
        Anomalies = await Deployment.AnomaliesAsync(before.Count == 0 ? 0 : before[^1].Sequence);
        Live = await live.ReadAsync(Anomalies.Count);
    }

    private async Task<int> ReplayAsync(string file, string service)
    {
        var result = await CliProcess.RunAsync(
            ["replay", file, "--endpoint", Deployment.OtlpHttp.ToString(), "--api-key", Deployment.ApiKey, "--json", .. ReplayArguments(service)]);
        Assert.True(result.ExitCode == 0, result.Error);
        using var summary = JsonDocument.Parse(result.Output);
        Assert.Equal(0, summary.RootElement.GetProperty("rejected").GetInt32());
        return summary.RootElement.GetProperty("accepted").GetInt32();
    }
}

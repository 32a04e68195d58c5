using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Driftlock.Tests.Telemetry;

namespace Driftlock.Tests.EndToEnd;

/// <summary>What the dashboard's tests look at: a shop with a failure in its logs, its metrics and its traces.</summary>
/// <param name="Log">Lines that were never seen.</param>
/// <param name="Metric">A number that rose.</param>
/// <param name="Trace">Spans that became slow.</param>
/// <param name="StreamId">Of the log anomaly.</param>
/// <param name="IncidentId">Of one of them.</param>
public sealed record Shop(Anomaly Log, Anomaly Metric, Anomaly Trace, string StreamId, string IncidentId)
{
    private const int Events = 6000;

    /// <summary>Sends the parts of the sample, each with the failing service under a name of its own, and waits until all is judged.</summary>
    public static async Task<Shop> SendAsync(Deployment deployment)
    {
        await SendAsync(deployment, "metrics", "spike", "ledger", seed: 5, hoursAgo: 3);
        await SendAsync(deployment, "traces", "spike", "settlement", seed: 6, hoursAgo: 1.2);
        await SendAsync(deployment, "logs", "pattern", "payment", seed: 7, hoursAgo: 0.2);
        var found = await deployment.AnomaliesAsync();
        var log = found.Last(anomaly => anomaly.Service == "payment" && anomaly.CostliestLine.Contains("UPSTREAM_LEDGER", StringComparison.Ordinal));
        var incidents = await deployment.Api.GetFromJsonAsync<JsonElement>("/api/v1/incidents?service=payment", TestContext.Current.CancellationToken);
        return new Shop(
            log, found.Last(anomaly => anomaly.Service == "ledger"),
            found.Last(anomaly => anomaly.Service == "settlement" && anomaly.CostliestLine.Contains(", called by ", StringComparison.Ordinal)),
            log.StreamId, incidents.GetProperty("items")[0].GetProperty("id").GetString()!);
    }

    /// <param name="deployment">Where to.</param>
    /// <param name="signal">logs, metrics or traces.</param>
    /// <param name="anomaly">As <c>driftlock generate --anomaly</c> knows it.</param>
    /// <param name="service">In place of the failing one.</param>
    /// <param name="seed">Of the sample.</param>
    /// <param name="hoursAgo">When it began.</param>
    /// <param name="change">Of the sample's text, before it is sent.</param>
    public static async Task SendAsync(Deployment deployment, string signal, string anomaly, string service, int seed, double hoursAgo, Func<string, string>? change = null)
    {
        var start = DateTimeOffset.UtcNow.AddHours(-hoursAgo).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var generated = await CliProcess.RunAsync(
            "generate", "--signal", signal, "--count", $"{Events}", "--seed", $"{seed}", "--anomaly", anomaly, "--start", start);
        Assert.True(generated.ExitCode == 0, generated.Error);
        var file = Path.GetTempFileName();
        try
        {
            var renamed = generated.Output.Replace("{\"stringValue\":\"payment\"}", $"{{\"stringValue\":{JsonSerializer.Serialize(service)}}}", StringComparison.Ordinal);
            await File.WriteAllTextAsync(file, change is null ? renamed : change(renamed), TestContext.Current.CancellationToken);
            var sent = await CliProcess.RunAsync("replay", file, "--endpoint", deployment.OtlpHttp.ToString(), "--api-key", Deployment.ApiKey);
            Assert.True(sent.ExitCode == 0, sent.Error);
        }
        finally
        {
            File.Delete(file);
        }
        await deployment.JudgedAsync(Events);
    }
}

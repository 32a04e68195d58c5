using System.Globalization;
using Driftlock.Tests.Telemetry;
using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd;

/// <summary>
/// Makes the pictures of the documentation, of the real thing, from our own sample. Not part of a test run; to write docs/screenshots anew:
/// <c>dotnet exec artifacts/bin/Driftlock.Tests/debug/Driftlock.Tests.dll -explicit only -class Driftlock.Tests.EndToEnd.Screenshots</c>
/// </summary>
[Collection(EndToEnd.Name)]
public sealed class Screenshots(Deployment deployment, Browser browser)
{
    private const int Events = 6000;
    private const long MaxBytes = 300 * 1024;

    private static readonly string Folder = Path.Combine(Repository(), "docs", "screenshots");

    [Fact(Explicit = true)]
    public async Task Pictures_of_the_documentation()
    {
        Directory.CreateDirectory(Folder);
        await SendAsync("logs", "corruption", "refunds", seed: 11, hoursAgo: 3.2);
        await SendAsync("logs", "spike", "billing", seed: 9, hoursAgo: 1.4);
        await SendAsync("metrics", "spike", "ledger", seed: 5, hoursAgo: 3);
        await SendAsync("traces", "spike", "settlement", seed: 6, hoursAgo: 1.2);
        await SendAsync("logs", "pattern", "payment", seed: 7, hoursAgo: 0.2);
        var shown = (await deployment.AnomaliesAsync()).First(anomaly => anomaly.CostliestLine.Contains("UPSTREAM_LEDGER", StringComparison.Ordinal));
        await TakeAsync(shown.Id, 1440, 1000, "");
        await TakeAsync(shown.Id, 390, 844, "-390");
        var anomalies = await deployment.AnomaliesAsync();
        await TakeAsync("metric", anomalies.First(anomaly => anomaly.Service == "ledger").Id);
        await TakeAsync("trace", anomalies.First(anomaly => anomaly.CostliestLine.Contains(", called by ", StringComparison.Ordinal)).Id);
    }

    private async Task TakeAsync(string name, string id)
    {
        foreach (var (width, height, suffix) in ((int, int, string)[])[(1440, 1000, ""), (390, 844, "-390")])
        {
            await using var session = await browser.SignInAsync(deployment, width, height);
            await session.Page.GotoAsync($"/anomalies/{id}");
            await session.Page.Locator("section.costliest").First.WaitForAsync();
            await session.Page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{name}{suffix}.png"), Animations = ScreenshotAnimations.Disabled });
            Assert.Empty(session.Problems);
        }
    }

    private async Task TakeAsync(string id, int width, int height, string suffix)
    {
        await using var session = await browser.SignInAsync(deployment, width, height);
        foreach (var (name, path, ready) in ((string, string, string)[])
            [("overview", "/", "figure.day"), ("anomalies", "/anomalies", "tr[data-row]"), ("anomaly", $"/anomalies/{id}", "section.costliest")])
        {
            await session.Page.GotoAsync(path);
            await session.Page.Locator(ready).First.WaitForAsync();
            var file = Path.Combine(Folder, $"{name}{suffix}.png");
            await session.Page.ScreenshotAsync(new() { Path = file, Animations = ScreenshotAnimations.Disabled });
            Assert.True(new FileInfo(file).Length < MaxBytes, $"{file} has {new FileInfo(file).Length} bytes");
        }
        Assert.Empty(session.Problems);
    }

    /// <summary>Sends our sample with the failing service under a name of its own: the same shop with more to it.</summary>
    private async Task SendAsync(string signal, string anomaly, string service, int seed, double hoursAgo)
    {
        var start = DateTimeOffset.UtcNow.AddHours(-hoursAgo).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var generated = await CliProcess.RunAsync(
            "generate", "--signal", signal, "--count", $"{Events}", "--seed", $"{seed}", "--anomaly", anomaly, "--start", start);
        Assert.True(generated.ExitCode == 0, generated.Error);
        var file = Path.GetTempFileName();
        try
        {
            var renamed = generated.Output.Replace("{\"stringValue\":\"payment\"}", $"{{\"stringValue\":\"{service}\"}}", StringComparison.Ordinal);
            await File.WriteAllTextAsync(file, renamed, TestContext.Current.CancellationToken);
            var sent = await CliProcess.RunAsync("replay", file, "--endpoint", deployment.OtlpHttp.ToString(), "--api-key", Deployment.ApiKey);
            Assert.True(sent.ExitCode == 0, sent.Error);
        }
        finally
        {
            File.Delete(file);
        }
        await deployment.JudgedAsync(Events);
    }

    private static string Repository()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Driftlock.sln"))) return at.FullName;
        }
        throw new DirectoryNotFoundException("no Driftlock.sln above the test program");
    }
}

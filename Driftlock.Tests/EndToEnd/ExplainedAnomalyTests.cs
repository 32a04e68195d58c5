using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Driftlock.Tests.Telemetry;
using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd;

[Collection(EndToEnd.Name)]
public sealed class RealLogTests(RealLog log, Browser browser) : ExplainedAnomalyTests(log, browser), IClassFixture<RealLog>;

[Collection(EndToEnd.Name)]
public sealed class GeneratedSampleTests(GeneratedSample sample, Browser browser) : ExplainedAnomalyTests(sample, browser), IClassFixture<GeneratedSample>;

/// <summary>From an OTLP request to an explained anomaly, through everything that lies between, on the deployment that the AppHost starts.</summary>
public abstract class ExplainedAnomalyTests(Scenario scenario, Browser browser)
{
    private static readonly JsonSerializerOptions Plain = new();

    [Fact]
    public async Task Over_gRPC_and_over_HTTP_the_alert_is_found_and_named_as_the_costliest_line()
    {
        await scenario.ReadyAsync();
        var sdk = await AlertAsync(scenario.Services.Sdk);
        var replay = await AlertAsync(scenario.Services.Replay);
        Assert.NotEqual(sdk.Id, replay.Id);
    }

    [Fact]
    public async Task Every_anomaly_arrives_live_in_the_order_of_detection()
    {
        await scenario.ReadyAsync();
        Assert.NotEmpty(scenario.Anomalies);
        Assert.Equal(scenario.Anomalies, scenario.Live);
    }

    [Fact]
    public async Task A_reader_who_comes_back_gets_what_it_missed_and_nothing_twice()
    {
        await scenario.ReadyAsync();
        var missed = scenario.Anomalies.Skip(1).ToList();
        Assert.NotEmpty(missed);
        await using var live = await LiveStream.OpenAsync(scenario.Deployment.Api, after: scenario.Anomalies[0].Sequence);
        var received = await live.ReadAsync(missed.Count);
        Assert.Equal(missed.Select(anomaly => anomaly.Id), received.Select(anomaly => anomaly.Id));
    }

    [Fact]
    public async Task Evidence_of_every_anomaly_verifies_and_a_changed_copy_does_not()
    {
        await scenario.ReadyAsync();
        using var folder = new TemporaryFolder();
        foreach (var anomaly in scenario.Anomalies)
        {
            var evidence = await EvidenceAsync(anomaly);
            var file = await folder.WriteAsync(anomaly.Id, evidence);
            var verified = await CliProcess.RunAsync("verify", file);
            Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
            var changed = JsonNode.Parse(evidence)!;
            var line = changed["explanation"]!["lines"]![changed["explanation"]!["costliest"]![0]!.GetValue<int>()]!;
            line["bits"] = line["bits"]!.GetValue<double>() + 1;
            var refused = await CliProcess.RunAsync("verify", await folder.WriteAsync(anomaly.Id + "-changed", changed.ToJsonString(Plain)));
            Assert.Equal(2, refused.ExitCode);
            Assert.Contains("NOT VERIFIED", refused.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Download (JSON)", ".json", "\"contentHash\"")]
    [InlineData("Markdown", ".md", "## How to check it")]
    [InlineData("page", ".html", "<h2>How to check it</h2>")]
    public async Task The_page_hands_out_the_evidence_and_what_it_says_in_two_forms(string link, string ending, string contains)
    {
        await scenario.ReadyAsync();
        await using var session = await browser.SignInAsync(scenario.Deployment);
        await session.Page.GotoAsync($"/anomalies/{scenario.Anomalies[0].Id}");
        var download = await session.Page.RunAndWaitForDownloadAsync(() => session.Page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).ClickAsync());
        Assert.EndsWith(ending, download.SuggestedFilename, StringComparison.Ordinal);
        Assert.Contains(contains, await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_lists_the_anomaly_shows_the_alert_with_its_bits_and_takes_the_decision()
    {
        await scenario.ReadyAsync();
        var alert = await AlertAsync(scenario.Services.Replay);
        await using var session = await browser.SignInAsync(scenario.Deployment);
        var page = session.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Anomalies", Exact = true }).ClickAsync();
        var row = page.Locator("tr[data-row]").Filter(new() { Has = page.Locator($"a[href$='/anomalies/{alert.Id}']") });
        Assert.Contains(alert.Service, await row.InnerTextAsync(), StringComparison.Ordinal);
        await row.GetByRole(AriaRole.Link).ClickAsync();

        var costliest = page.Locator("section.costliest");
        Assert.Equal(alert.CostliestLine, await costliest.Locator("blockquote").InnerTextAsync());
        Assert.Matches("^[0-9,.]+ bits", await costliest.Locator(".said").InnerTextAsync());
        Assert.NotEqual(0, await costliest.Locator("mark[data-said]").CountAsync());
        var line = page.Locator("ol.lines li.line.costly").Filter(new() { HasText = alert.CostliestLine }).First;
        Assert.Matches("[0-9]+ bits", await line.Locator(".line-bits").TextContentAsync() ?? "");

        await page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await page.GetByText("Marked as acknowledged.").WaitForAsync();
        var now = await scenario.Deployment.Api.GetFromJsonAsync<Anomaly>($"/api/v1/anomalies/{alert.Id}", TestContext.Current.CancellationToken);
        Assert.Equal("acknowledged", now!.Status);
        Assert.Empty(session.Problems);
    }

    [Fact]
    public async Task The_live_page_shows_an_anomaly_that_comes_while_it_is_open()
    {
        await scenario.ReadyAsync();
        var service = scenario.Services.Replay + "-while-open";
        await using var session = await browser.SignInAsync(scenario.Deployment);
        await session.Page.GotoAsync("/live");
        await session.Page.Locator("[data-connection=live]").WaitForAsync();
        var row = session.Page.Locator("tr[data-row]").Filter(new() { HasText = service }).First;
        Assert.False(await row.IsVisibleAsync());

        await scenario.SendAgainAsync(service);

        await row.WaitForAsync();
        Assert.Empty(session.Problems);
    }

    /// <summary>The anomaly of a service whose costliest line is a known alert, as the list and the evidence have it.</summary>
    private async Task<Anomaly> AlertAsync(string service)
    {
        var seen = new List<string>();
        foreach (var anomaly in scenario.Anomalies.Where(anomaly => anomaly.Service == service))
        {
            using var evidence = JsonDocument.Parse(await EvidenceAsync(anomaly));
            var explanation = evidence.RootElement.GetProperty("explanation");
            var line = explanation.GetProperty("lines")[explanation.GetProperty("costliest")[0].GetInt32()];
            var text = line.GetProperty("text").GetString()!;
            Assert.Equal(text, anomaly.CostliestLine);
            if (scenario.IsAlert(line.GetProperty("event").GetInt64(), text)) return anomaly;
            seen.Add(text);
        }
        Assert.Fail($"no anomaly of {service} names an alert; the costliest lines are: {string.Join(" | ", seen)}");
        return null!;
    }

    private Task<string> EvidenceAsync(Anomaly anomaly) =>
        scenario.Deployment.Api.GetStringAsync($"/api/v1/anomalies/{anomaly.Id}/evidence", TestContext.Current.CancellationToken);

    private sealed class TemporaryFolder : IDisposable
    {
        private readonly string _path = Directory.CreateTempSubdirectory("driftlock-evidence-").FullName;

        public async Task<string> WriteAsync(string name, string text)
        {
            var file = Path.Combine(_path, name + ".json");
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
            return file;
        }

        public void Dispose() => Directory.Delete(_path, recursive: true);
    }
}

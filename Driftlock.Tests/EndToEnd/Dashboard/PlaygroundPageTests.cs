using Driftlock.Tests.Telemetry;
using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>The playground: what is pasted or chosen is judged, told while it goes on, and kept nowhere.</summary>
[Collection(EndToEnd.Name)]
public sealed class PlaygroundPageTests(Deployment deployment, Browser browser)
{
    [Fact]
    public async Task The_example_is_judged_and_another_rate_says_what_it_changes()
    {
        var shop = await deployment.ShopAsync();
        var before = await deployment.AnomaliesAsync();
        await using var session = await browser.SignInAsync(deployment);
        var page = session.Page;
        await page.OpenAsync(shop, "playground");
        await page.GetByRole(AriaRole.Button, new() { Name = "Fill in an example" }).ClickAsync();
        await Assertions.Expect(page.Locator(".verdicts .lead")).ToContainTextAsync("1,500 events");
        await Assertions.Expect(page.Locator(".played").First).ToContainTextAsync("UPSTREAM_LEDGER_UNREACHABLE");
        await page.GetByLabel("Alarms that may be false").SelectOptionAsync("0.001");
        await Assertions.Expect(page.Locator(".verdicts")).ToContainTextAsync("at 5%");
        Assert.Equal(before.Count, (await deployment.AnomaliesAsync()).Count);
        Assert.Empty(session.Problems);
    }

    [Fact]
    public async Task A_file_of_requests_is_judged_as_it_looks_and_one_that_is_broken_is_refused_by_its_line()
    {
        var shop = await deployment.ShopAsync();
        var generated = await CliProcess.RunAsync("generate", "--signal", "logs", "--count", "3000", "--seed", "7", "--anomaly", "pattern");
        await using var session = await browser.SignInAsync(deployment);
        var page = session.Page;
        await page.OpenAsync(shop, "playground");
        await page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "shop.json", MimeType = "application/json", Buffer = System.Text.Encoding.UTF8.GetBytes(generated.Output) });
        await page.GetByRole(AriaRole.Button, new() { Name = "Judge it" }).ClickAsync();
        await Assertions.Expect(page.Locator(".verdicts .lead")).ToContainTextAsync("3,000 events");

        await page.Locator("textarea").FillAsync("{\"message\":\"one\"}\n{\"message\":");
        await page.GetByLabel("Format").SelectOptionAsync("ndjson");
        await page.GetByRole(AriaRole.Button, new() { Name = "Judge it" }).ClickAsync();
        await Assertions.Expect(page.Locator(".verdicts [role=alert]")).ToContainTextAsync("line 2");

        await page.Locator("textarea").FillAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "Judge it" }).ClickAsync();
        await Assertions.Expect(page.Locator(".verdicts [role=alert]")).ToContainTextAsync("nothing to judge yet");
    }

    [Fact]
    public async Task What_is_kept_when_asked_becomes_a_stream_named_after_the_file()
    {
        var shop = await deployment.ShopAsync();
        await using var session = await browser.SignInAsync(deployment);
        var page = session.Page;
        await page.OpenAsync(shop, "playground");
        var name = $"kept-{Guid.NewGuid():N}.log";
        await page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "text/plain", Buffer = System.Text.Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 700).Select(i => $"job {i} done"))) });
        await page.GetByRole(AriaRole.Button, new() { Name = "Judge it" }).ClickAsync();
        await Assertions.Expect(page.Locator(".verdicts .lead")).ToContainTextAsync("700 events");
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep it as telemetry" }).ClickAsync();
        await Assertions.Expect(page.Locator(".verdicts .notice")).ToContainTextAsync("700 events kept");
        await deployment.JudgedAsync(700);
        await page.GotoAsync($"/streams?text={name}");
        await Assertions.Expect(page.Locator("tr[data-row]")).ToHaveCountAsync(1);
        Assert.Empty(session.Problems);
    }
}

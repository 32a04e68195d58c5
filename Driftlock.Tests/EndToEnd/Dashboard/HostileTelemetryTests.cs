using System.Text.Json;
using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>What strangers send is shown as text on every page, and never becomes a part of one.</summary>
[Collection(EndToEnd.Name)]
public sealed class HostileTelemetryTests(Deployment deployment, Browser browser)
{
    private const string Service = "<img src=x onerror=document.title='hit'>";

    private const string Text =
        "<script>document.title='hit'</script>\"><svg onload=document.title='hit'>' onmouseover='document.title=1 javascript:document.title='hit' "
        + "{{constructor.constructor('document.title=1')()}} </textarea></title></style><b id=hit>bold</b> \u202Etxt.exe\u202C \u001b[31mred \u0007";

    [Fact]
    public async Task Markup_scripts_and_signs_that_turn_text_around_stay_text_on_every_page()
    {
        await Shop.SendAsync(deployment, "logs", "pattern", Service, seed: 8, hoursAgo: 0.1, sample => sample.Replace("UPSTREAM_LEDGER_UNREACHABLE", Inside(Text), StringComparison.Ordinal));
        var found = (await deployment.AnomaliesAsync()).Last(anomaly => anomaly.Service == Service && anomaly.CostliestLine.Contains("<script>", StringComparison.Ordinal));
        await using var session = await browser.OpenSignedInAsync(deployment, width: 1440);
        var page = session.Page;
        page.Dialog += (_, dialog) => Assert.Fail($"a dialog: {dialog.Message}");
        foreach (var (path, ready) in ((string, string)[])
            [
                ("/", "tr[data-row]"), ("/anomalies", "tr[data-row]"), ($"/anomalies?service={Uri.EscapeDataString(Service)}", "tr[data-row]"), ($"/anomalies/{found.Id}?verify=true", "section.costliest"),
                ("/incidents", "tr[data-row]"), ("/streams", "tr[data-row]"), ($"/streams/{found.StreamId}", "dl-timeline [data-state=drawn]"), ("/live", "[data-connection=live]"),
                ("/analytics", "table.heatmap"), ("/configuration", "main h1"),
            ])
        {
            await page.GotoAsync(path);
            await page.Locator(ready).First.WaitForAsync();
            if (path is not "/configuration") await Assertions.Expect(page.Locator("main").GetByText("<img src=x").First).ToBeAttachedAsync();
            await StaysTextAsync(page, path);
        }

        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync("<img");
        await Assertions.Expect(page.Locator(".palette li[data-place]", new() { HasText = "<img src=x" }).First).ToBeVisibleAsync();
        await StaysTextAsync(page, "the palette");
        await page.Keyboard.PressAsync("Escape");

        await page.GotoAsync($"/anomalies/{found.Id}");
        await page.GetByPlaceholder("Note (optional)").FillAsync(Text.Replace("\a", "", StringComparison.Ordinal));
        await page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator(".notes")).ToContainTextAsync("<b id=hit>bold</b>");
        await StaysTextAsync(page, "a note");
        await page.GotoAsync($"/admin/audit?to={found.Id}");
        await page.Locator("main tbody tr").First.WaitForAsync();
        await StaysTextAsync(page, "the audit log");

        await page.GotoAsync("/playground");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Judge it" })).ToBeEnabledAsync();
        await page.Locator("textarea").FillAsync(string.Join('\n', Enumerable.Range(0, 3000).Select(i => i == 2950 ? Text : $"request {i} served in {i % 7} ms")));
        await page.GetByRole(AriaRole.Button, new() { Name = "Judge it" }).ClickAsync();
        await Assertions.Expect(page.Locator(".verdicts .lead")).ToContainTextAsync("3,000 events");
        await StaysTextAsync(page, "the playground");
        // What Content-Security-Policy had to stop would be in the console.
        Assert.Empty(session.Problems);
    }

    private static async Task StaysTextAsync(IPage page, string where)
    {
        var odd = await page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll("img, script:not([src]), svg[onload], #hit, [onmouseover], [onerror], a[href^='javascript:'], main style")].map(element => element.outerHTML)
                .concat(document.title.includes("hit") && !document.title.includes("<img") ? [`title: ${document.title}`] : [])
                .concat(/[\u202a-\u202e\u2066-\u2069\u001b]/.test(document.querySelector("main").innerText) ? ["a sign that turns text around"] : [])
            """);
        Assert.True(odd.Length == 0, $"{where}: {string.Join(" | ", odd)}");
    }

    /// <summary>As it stands inside a JSON string.</summary>
    private static string Inside(string text) => JsonSerializer.Serialize(text)[1..^1];
}

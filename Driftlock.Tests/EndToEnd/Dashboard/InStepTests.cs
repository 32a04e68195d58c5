using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>Two browsers of one tenant: what is decided in one of them shows in the other without a reload.</summary>
[Collection(EndToEnd.Name)]
public sealed class InStepTests(Deployment deployment, Browser browser)
{
    [Fact]
    public async Task A_decision_shows_in_the_other_browsers_list_and_on_its_page_of_the_anomaly()
    {
        var shop = await deployment.ShopAsync();
        await using var one = await browser.SignInAsync(deployment);
        await using var list = await browser.SignInAsync(deployment);
        await using var detail = await browser.SignInAsync(deployment);
        await list.Page.GotoAsync($"/anomalies?service={shop.Metric.Service}");
        await detail.Page.GotoAsync($"/anomalies/{shop.Metric.Id}");
        await one.Page.GotoAsync($"/anomalies/{shop.Metric.Id}");
        await one.Page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await Assertions.Expect(one.Page.GetByText("Marked as acknowledged.")).ToBeVisibleAsync();

        await Assertions.Expect(list.Page.Locator($"tr[data-anomaly='{shop.Metric.Id}'] .status")).ToHaveTextAsync("acknowledged", Soon);
        await Assertions.Expect(detail.Page.Locator(".status-line .status")).ToHaveTextAsync("acknowledged", Soon);
        await Assertions.Expect(detail.Page.Locator("#in-step")).ToContainTextAsync("decided meanwhile");
        await one.Page.Keyboard.PressAsync("u");
        await Assertions.Expect(list.Page.Locator($"tr[data-anomaly='{shop.Metric.Id}'] .status")).ToHaveTextAsync("open", Soon);
        Assert.Empty(one.Problems);
        Assert.Empty(list.Problems);
        Assert.Empty(detail.Problems);
    }

    [Fact]
    public async Task An_incidents_page_follows_and_a_note_that_is_being_written_is_not_taken_away()
    {
        var shop = await deployment.ShopAsync();
        await using var one = await browser.SignInAsync(deployment);
        await using var other = await browser.SignInAsync(deployment);
        await using var writing = await browser.SignInAsync(deployment);
        await other.Page.GotoAsync($"/incidents/{shop.IncidentId}");
        await writing.Page.GotoAsync($"/anomalies/{shop.Log.Id}");
        await writing.Page.GetByPlaceholder("Note (optional)").FillAsync("half a thought");
        await one.Page.GotoAsync($"/incidents/{shop.IncidentId}");
        await one.Page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await Assertions.Expect(one.Page.GetByText("Marked as acknowledged.")).ToBeVisibleAsync();

        await Assertions.Expect(other.Page.Locator(".status-line .status")).ToHaveTextAsync("acknowledged", Soon);
        await Assertions.Expect(writing.Page.Locator("#in-step button")).ToBeVisibleAsync(new() { Timeout = Soon.Timeout });
        await Assertions.Expect(writing.Page.GetByPlaceholder("Note (optional)")).ToHaveValueAsync("half a thought");
        await writing.Page.GetByRole(AriaRole.Button, new() { Name = "Show it" }).ClickAsync();
        await Assertions.Expect(writing.Page.Locator(".status-line .status")).ToHaveTextAsync("acknowledged");
        await one.Page.GetByRole(AriaRole.Button, new() { Name = "Open again" }).ClickAsync();
        await Assertions.Expect(one.Page.GetByText("Open again.")).ToBeVisibleAsync();
        Assert.Empty(one.Problems);
        Assert.Empty(other.Problems);
        Assert.Empty(writing.Problems);
    }

    [Fact]
    public async Task What_one_has_decided_oneself_is_not_told_as_somebody_elses_while_its_answer_is_on_its_way()
    {
        var shop = await deployment.ShopAsync();
        await using var session = await browser.SignInAsync(deployment);
        var page = session.Page;
        await page.GotoAsync($"/incidents/{shop.IncidentId}");
        await page.RouteAsync("**/incidents/*", async route =>
        {
            if (route.Request.Method != "POST")
            {
                await route.ContinueAsync();
                return;
            }
            var answer = await route.FetchAsync(new() { MaxRedirects = 0 });
            await page.WaitForResponseAsync(response => response.Url.Contains("/in-step?", StringComparison.Ordinal));
            await route.FulfillAsync(new() { Response = answer });
        });
        await page.Button("Acknowledge").ClickAsync();
        await Assertions.Expect(page.GetByText("Marked as acknowledged.")).ToBeVisibleAsync(new() { Timeout = Soon.Timeout });
        await Assertions.Expect(page.Locator("#in-step")).ToBeEmptyAsync();
        await page.Button("Open again").ClickAsync();
        await Assertions.Expect(page.GetByText("Open again.")).ToBeVisibleAsync(new() { Timeout = Soon.Timeout });
        Assert.Empty(session.Problems);
    }

    private static LocatorAssertionsToHaveTextOptions Soon { get; } = new() { Timeout = 15_000 };
}

using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>The dashboard's server goes away and comes back, as when a new version is brought out.</summary>
[Collection(EndToEnd.Name)]
public sealed class RestartTests(Deployment deployment, Browser browser)
{
    private const string Trying = "The connection to the dashboard's server broke.";

    [Fact]
    public async Task A_live_page_says_so_stays_readable_and_shows_afterwards_what_it_missed()
    {
        var shop = await deployment.ShopAsync();
        await using var web = await LoneDashboard.BesideAsync(deployment);
        await using var session = await OpenAsync(web, "/live");
        var page = session.Page;
        await page.Locator("[data-connection=live]").WaitForAsync();
        await web.StopAsync();
        await Assertions.Expect(page.GetByText(Trying)).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("tr[data-row]").First).ToBeVisibleAsync();

        await Shop.SendAsync(deployment, "logs", "pattern", "parcels", seed: 8, hoursAgo: 0.1);
        await web.StartAgainAsync();
        await Assertions.Expect(page.Locator("tr[data-row] .cell-stream", new() { HasText = "parcels" }).First).ToBeVisibleAsync(new() { Timeout = 45_000 });
        await page.Locator("[data-connection=live]").WaitForAsync();
        await Assertions.Expect(page.GetByText(Trying)).ToBeHiddenAsync();
        Assert.NotNull(shop);
    }

    [Fact]
    public async Task What_somebody_has_typed_stays_until_they_load_the_page_anew_themselves()
    {
        var shop = await deployment.ShopAsync();
        await using var web = await LoneDashboard.BesideAsync(deployment);
        await using var session = await OpenAsync(web, $"/streams/{shop.StreamId}");
        var page = session.Page;
        var note = page.GetByRole(AriaRole.Textbox, new() { Name = "Why" });
        await note.FillAsync("half a thought");
        await web.StopAsync();
        await Assertions.Expect(page.GetByText(Trying)).ToBeVisibleAsync();
        await web.StartAgainAsync();
        await Assertions.Expect(page.GetByText("The dashboard's server was restarted.")).ToBeVisibleAsync(new() { Timeout = 45_000 });
        await Assertions.Expect(note).ToHaveValueAsync("half a thought");
        await page.GetByRole(AriaRole.Button, new() { Name = "Reload the page" }).ClickAsync();
        await page.Locator("dl-timeline [data-state=drawn]").WaitForAsync();
        await Assertions.Expect(note).ToBeEditableAsync();
    }

    private async Task<Session> OpenAsync(LoneDashboard web, string path)
    {
        var session = await browser.OpenSignedInAsync(deployment, web.Address);
        await session.Page.GotoAsync(path);
        return session;
    }
}

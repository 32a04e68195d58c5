namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>Every page for everybody: axe-core finds nothing, nothing is wider than the window, the console stays silent.</summary>
[Collection(EndToEnd.Name)]
public sealed class AccessibilityTests(Deployment deployment, Browser browser)
{
    [Theory]
    [MemberData(nameof(DashboardPages.Rows), MemberType = typeof(DashboardPages))]
    public async Task No_rule_is_broken_in_light_and_dark_on_wide_and_narrow_windows(string name)
    {
        var shop = await deployment.ShopAsync();
        // Side by side: each waits for the server or for its own tab half of the time.
        var found = await Task.WhenAll(BrokenAsync(shop, name, 1440), BrokenAsync(shop, name, 390));
        Assert.True(found.All(broken => broken.Count == 0), string.Join(Environment.NewLine, found.SelectMany(broken => broken).Distinct().Take(30)));
    }

    [Fact]
    public async Task The_page_of_the_design_system_breaks_none_and_is_there_in_development_only()
    {
        await using var development = await LoneDashboard.WithoutApiAsync("Development");
        await using var session = await browser.OpenSignedInAsync(deployment, development.Address, 1440);
        foreach (var width in (int[])[1440, 390])
        {
            await session.Page.SetViewportSizeAsync(width, 900);
            await session.Page.GotoAsync("/design");
            await session.Page.Locator("#states-title").WaitForAsync();
            Assert.Empty(session.Problems);
            Assert.Empty(await session.Page.BrokenAsync());
        }
        await using var production = await LoneDashboard.WithoutApiAsync();
        await using var other = await browser.OpenSignedInAsync(deployment, production.Address);
        Assert.Equal(404, (await other.Page.GotoAsync("/design"))!.Status);
    }

    private async Task<IReadOnlyList<string>> BrokenAsync(Shop shop, string name, int width)
    {
        await using var session = await browser.OpenSignedInAsync(deployment, width: width);
        await session.Page.OpenAsync(shop, name);
        // A page that is not there answers 404, which the console notes. What axe does to a page for its own ends is not the page's.
        string[] problems = name == "not-found" ? [] : [.. session.Problems];
        return [.. problems, .. await session.Page.BrokenAsync()];
    }
}

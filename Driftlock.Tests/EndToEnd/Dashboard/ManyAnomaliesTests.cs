using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>100,000 anomalies are a list like any other.</summary>
[Collection(EndToEnd.Name)]
public sealed class ManyAnomaliesTests(Deployment deployment, Browser browser)
{
    [Fact]
    public async Task They_are_paged_searched_and_narrowed_and_the_longest_window_is_read_to_its_last_line()
    {
        var many = await ManyAnomalies.FillAsync(deployment);
        await using var session = await browser.OpenAsync(deployment.Web);
        var page = session.Page;
        await page.GotoAsync("/");
        await session.SignInAsync(many.Key);
        await Assertions.Expect(page.Locator("main .figures")).ToContainTextAsync("100,000");

        await page.GotoAsync("/anomalies");
        await Assertions.Expect(page.Locator("tr[data-row]")).ToHaveCountAsync(50);
        var first = await page.Locator("tr[data-row]").First.GetAttributeAsync("data-anomaly");
        Assert.Equal(many.Longest, first);
        await page.GetByRole(AriaRole.Link, new() { Name = "Older" }).ClickAsync();
        await page.WaitForURLAsync(url => url.Contains("cursor=", StringComparison.Ordinal));
        await Assertions.Expect(page.Locator($"tr[data-anomaly='{first}']")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("tr[data-row]")).ToHaveCountAsync(50);

        await page.GetByPlaceholder("in the line or the reason").FillAsync(ManyAnomalies.Rare);
        await page.GetByRole(AriaRole.Button, new() { Name = "Filter" }).ClickAsync();
        await Assertions.Expect(page.GetByText("50 anomalies")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("tr[data-row] .cell-what", new() { HasText = ManyAnomalies.Rare })).ToHaveCountAsync(50);

        await page.GotoAsync($"/anomalies/{many.Longest}");
        await page.Locator("section.costliest").WaitForAsync();
        await Assertions.Expect(page.Locator($"#line-{ManyAnomalies.Lines - 1}")).ToBeAttachedAsync();

        await page.GotoAsync($"/streams/{ManyAnomalies.Stream}");
        await page.GetByRole(AriaRole.Link, new() { Name = "a year" }).ClickAsync();
        await page.Locator("dl-timeline [data-state=drawn]").WaitForAsync();
        await page.WaitForURLAsync(url => url.Contains("from=", StringComparison.Ordinal));
        await page.Locator("dl-timeline [data-state=drawn]").WaitForAsync();
        Assert.Empty(session.Problems);
    }
}

using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>The traces behind an anomaly.</summary>
[Collection(EndToEnd.Name)]
public sealed class TracesTests(Deployment deployment, Browser browser)
{
    [Fact]
    public async Task A_span_that_became_slow_is_shown_among_its_callers_and_callees()
    {
        var shop = await deployment.ShopAsync();
        await using var session = await browser.SignInAsync(deployment);
        var page = session.Page;
        await page.OpenAsync(shop, "trace");
        await page.Keyboard.PressAsync("t");
        var odd = page.Locator(".waterfall .odd").First;
        await Assertions.Expect(odd).ToContainTextAsync(shop.Trace.Service);
        Assert.True(await page.Locator(".waterfall li").CountAsync() > await page.Locator(".waterfall .odd").CountAsync(), "the span stands alone");
        await odd.GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("#line-[0-9]+$"));
        Assert.Empty(session.Problems);
    }

    [Fact]
    public async Task A_log_anomaly_shows_the_records_of_the_request_that_its_line_belongs_to()
    {
        var shop = await deployment.ShopAsync();
        await using var session = await browser.SignInAsync(deployment);
        await session.Page.OpenAsync(shop, "anomaly");
        await session.Page.GetByRole(AriaRole.Link, new() { Name = "Show the traces of its lines" }).ClickAsync();
        await Assertions.Expect(session.Page.Locator(".trace-logs .odd").First).ToContainTextAsync("UPSTREAM_LEDGER");
        Assert.Empty(session.Problems);
    }
}

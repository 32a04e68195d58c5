using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>The dashboard without a mouse.</summary>
[Collection(EndToEnd.Name)]
public sealed class KeyboardTests(Deployment deployment, Browser browser)
{
    [Fact]
    public async Task A_list_is_walked_with_j_and_k_and_its_anomaly_opened_acknowledged_and_opened_again()
    {
        var shop = await deployment.ShopAsync();
        await using var session = await browser.SignInAsync(deployment);
        var page = session.Page;
        await page.GotoAsync($"/anomalies?service={shop.Metric.Service}");
        await page.Locator("tr[data-row]").First.WaitForAsync();
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("k");
        Assert.Equal(0, await page.EvaluateAsync<int>("() => [...document.querySelectorAll('tr[data-row]')].indexOf(document.activeElement.closest('tr'))"));
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("section.costliest").WaitForAsync();
        await page.Keyboard.PressAsync("e");
        await Assertions.Expect(page.GetByText("Marked as acknowledged.")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("u");
        await Assertions.Expect(page.GetByText("Open again.")).ToBeVisibleAsync();
        Assert.Empty(session.Problems);
    }

    [Fact]
    public async Task In_a_list_e_acknowledges_the_chosen_anomaly_and_u_takes_it_back()
    {
        var shop = await deployment.ShopAsync();
        await using var session = await browser.SignInAsync(deployment);
        var page = session.Page;
        await page.GotoAsync($"/anomalies?service={shop.Trace.Service}&status=open");
        var row = page.Locator("tr[data-row]").First;
        await row.WaitForAsync();
        var open = await page.Locator("tr[data-row]").CountAsync();
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("e");
        await Assertions.Expect(page.Locator("main .notice")).ToContainTextAsync("Acknowledged");
        await Assertions.Expect(page.Locator("tr[data-row]")).ToHaveCountAsync(open - 1);
        await page.Keyboard.PressAsync("u");
        await Assertions.Expect(page.Locator("tr[data-row]")).ToHaveCountAsync(open);
        Assert.Empty(session.Problems);
    }

    [Fact]
    public async Task The_palette_leads_to_pages_streams_and_anomalies()
    {
        var shop = await deployment.ShopAsync();
        await using var session = await browser.SignInAsync(deployment);
        var page = session.Page;
        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync("audit");
        await Assertions.Expect(page.Locator(".palette li[data-place='/admin/keys']")).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new Uri(deployment.Web, "/admin/audit").ToString());

        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync(shop.Log.Service);
        await Assertions.Expect(page.Locator(".palette li[data-place^='/streams/']").First).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("dl-timeline [data-state=drawn]").WaitForAsync();

        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync(shop.Log.Id);
        await Assertions.Expect(page.Locator($".palette li[data-place='/anomalies/{shop.Log.Id}']")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowUp");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("section.costliest").WaitForAsync();
        Assert.Empty(session.Problems);
    }

    [Fact]
    public async Task Letters_lead_to_pages_and_a_question_mark_shows_them_all()
    {
        await using var session = await browser.SignInAsync(deployment);
        var page = session.Page;
        await page.Keyboard.PressAsync("?");
        await Assertions.Expect(page.Locator("dialog.keys")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("dialog.keys")).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("i");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Incidents" })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("jk?");
        Assert.Equal("jk?", await page.Locator("[data-search]").InputValueAsync());
        Assert.Empty(session.Problems);
    }

    [Fact]
    public async Task A_costly_token_says_on_focus_what_was_expected_in_its_place()
    {
        var shop = await deployment.ShopAsync();
        await using var session = await browser.SignInAsync(deployment);
        var page = session.Page;
        await page.OpenAsync(shop, "anomaly");
        var token = page.Locator(".costliest mark").First;
        await token.FocusAsync();
        Assert.Matches("^[0-9.,]+ bits, 1 in .+; usually .+", await token.GetAttributeAsync("aria-description") ?? "");
        Assert.Contains("usually", await token.EvaluateAsync<string>("element => getComputedStyle(element, '::after').content"), StringComparison.Ordinal);
    }
}

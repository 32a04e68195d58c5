using System.Globalization;
using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>A stream's page: its timeline, its settings tried before they are saved, its anchors.</summary>
[Collection(EndToEnd.Name)]
public sealed class StreamPageTests(Deployment deployment, Browser browser)
{
    [Fact]
    public async Task What_is_brushed_on_the_timeline_becomes_the_address_and_filters_the_list()
    {
        var shop = await deployment.ShopAsync();
        await using var session = await browser.SignInAsync(deployment, 1440);
        var page = session.Page;
        await page.OpenAsync(shop, "stream");
        await Assertions.Expect(page.GetByRole(AriaRole.Table, new() { Name = "Anomalies of this stream in this time" }).Locator("tr[data-row]").First).ToBeVisibleAsync();
        var area = await page.Locator("dl-timeline .u-over").First.BoundingBoxAsync();
        await page.Mouse.MoveAsync(area!.X + 20, area.Y + 30);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(area.X + 120, area.Y + 40, new() { Steps = 5 });
        await page.Mouse.UpAsync();
        await page.WaitForURLAsync(DashboardPages.ChosenTime());
        await page.Locator("dl-timeline [data-state=empty]").WaitForAsync();
        await Assertions.Expect(page.Locator("section[aria-labelledby=in-range-title] .empty")).ToHaveTextAsync("None.");
        var shared = page.Url;
        await page.EvaluateAsync("() => history.back()");
        await page.Locator("dl-timeline [data-state=drawn]").WaitForAsync();
        await page.GotoAsync(shared);
        await page.Locator("dl-timeline [data-state=empty]").WaitForAsync();
        Assert.Empty(session.Problems);
    }

    [Fact]
    public async Task The_timeline_is_taken_away_as_a_picture_and_as_a_table()
    {
        var shop = await deployment.ShopAsync();
        await using var session = await browser.SignInAsync(deployment);
        var page = session.Page;
        await page.OpenAsync(shop, "stream");
        var picture = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "PNG" }).ClickAsync());
        var bytes = await File.ReadAllBytesAsync(await picture.PathAsync(), TestContext.Current.CancellationToken);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], bytes[..4]);
        var table = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "CSV" }).ClickAsync());
        var lines = await File.ReadAllLinesAsync(await table.PathAsync(), TestContext.Current.CancellationToken);
        Assert.StartsWith("time,events,windows,anomalies", lines[0], StringComparison.Ordinal);
        Assert.Equal(1, lines.Skip(1).Sum(line => int.Parse(line.Split(',')[3], CultureInfo.InvariantCulture)));
        Assert.Empty(session.Problems);
    }

    [Fact]
    public async Task Settings_are_tried_on_past_data_saved_and_found_in_the_audit_log()
    {
        var shop = await deployment.ShopAsync();
        await using var session = await browser.SignInAsync(deployment, 1440);
        var page = session.Page;
        await page.OpenAsync(shop, "stream");
        var settings = page.Locator("section.settings");
        await settings.GetByLabel("Profile").SelectOptionAsync("custom");
        await settings.GetByRole(AriaRole.Textbox, new() { Name = "p at most" }).FillAsync("two");
        await settings.GetByRole(AriaRole.Textbox, new() { Name = "Why" }).ClickAsync();
        await Assertions.Expect(settings.GetByRole(AriaRole.Alert)).ToContainTextAsync("above 0 and at most 1");
        await settings.GetByRole(AriaRole.Textbox, new() { Name = "p at most" }).FillAsync("1e-30");
        await settings.GetByRole(AriaRole.Button, new() { Name = "Preview on the last 7 days" }).ClickAsync();
        await Assertions.Expect(settings.Locator(".backtest")).ToContainTextAsync("0 alarms with this setting, 1 with the present one");
        await settings.GetByRole(AriaRole.Textbox, new() { Name = "Why" }).FillAsync("tried in a test");
        await settings.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(settings.GetByText("Saved.")).ToBeVisibleAsync();
        await settings.GetByRole(AriaRole.Link, new() { Name = "Who changed what here" }).ClickAsync();
        await Assertions.Expect(page.GetByText("stream.profile").First).ToBeVisibleAsync();
        await page.OpenAsync(shop, "stream");
        await settings.GetByLabel("Profile").SelectOptionAsync("balanced");
        await settings.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(settings.GetByText("Saved.")).ToBeVisibleAsync();
        Assert.Empty(session.Problems);
    }
}

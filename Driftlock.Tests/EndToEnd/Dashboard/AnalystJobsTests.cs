using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>What an analyst comes for, on each page, by mouse and again by keyboard.</summary>
[Collection(EndToEnd.Name)]
public sealed class AnalystJobsTests(Deployment deployment, Browser browser)
{
    [Theory]
    [MemberData(nameof(Hands.Both), MemberType = typeof(Hands))]
    public async Task A_key_signs_in_and_out_again(string with)
    {
        await using var session = await browser.OpenAsync(deployment.Web);
        var (page, hands) = (session.Page, new Hands(session.Page, with));
        await page.GotoAsync("/anomalies");
        await hands.TypeAsync(page.GetByLabel("API key"), Deployment.ApiKey);
        await hands.PressAsync(page.Button("Sign in with the key"));
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Anomalies" })).ToBeVisibleAsync();
        await hands.PressAsync(page.Button("Sign out"));
        await Assertions.Expect(page.GetByLabel("API key")).ToBeVisibleAsync();
        Assert.Empty(session.Problems);
    }

    [Theory]
    [MemberData(nameof(Hands.Both), MemberType = typeof(Hands))]
    public async Task From_the_overview_to_an_anomaly_that_is_decided_commented_taken_back_and_verified(string with)
    {
        await using var work = await BeginAsync(with);
        var page = work.Page;
        await page.GotoAsync("/");
        await work.Hands.PressAsync(page.GetByRole(AriaRole.Table, new() { Name = "Open anomalies" }).Locator("tr[data-row] a").First);
        await page.Locator("section.costliest").WaitForAsync();

        await work.Hands.TypeAsync(page.GetByPlaceholder("Note (optional)"), $"looked at by {with}");
        await work.Hands.PressAsync(page.Button("False positive"));
        await Assertions.Expect(page.GetByText("Marked as a false positive.")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".notes")).ToHaveTextAsync($"looked at by {with}");
        await work.Hands.PressAsync(page.Button("Undo"));
        await Assertions.Expect(page.GetByText("Open again.")).ToBeVisibleAsync();

        await work.Hands.PressAsync(page.Button("Something was wrong"));
        await Assertions.Expect(page.Locator("section.feedback strong")).ToBeVisibleAsync();
        await work.Hands.PressAsync(page.GetByRole(AriaRole.Link, new() { Name = "Verify", Exact = false }).First);
        await Assertions.Expect(page.Locator(".proof .good").First).ToBeVisibleAsync();
    }

    [Theory]
    [MemberData(nameof(Hands.Both), MemberType = typeof(Hands))]
    public async Task The_list_is_narrowed_to_a_service_and_one_is_acknowledged_in_it(string with)
    {
        await using var work = await BeginAsync(with);
        var page = work.Page;
        await page.GotoAsync("/anomalies?status=open");
        await work.Hands.TypeAsync(page.GetByRole(AriaRole.Textbox, new() { Name = "Service" }), work.Shop.Trace.Service);
        await work.Hands.PressAsync(page.Button("Filter"));
        await page.WaitForURLAsync(url => url.Contains($"service={work.Shop.Trace.Service}", StringComparison.Ordinal));
        await Assertions.Expect(page.Locator("ul.chips")).ToContainTextAsync(work.Shop.Trace.Service);
        await page.Locator("tr[data-row]").First.WaitForAsync();
        Assert.All(await page.Locator("tr[data-row] .cell-stream").AllInnerTextsAsync(), text => Assert.Contains(work.Shop.Trace.Service, text, StringComparison.Ordinal));
        await work.Hands.PressAsync(page.Locator("tr[data-row] button.quick").First);
        await Assertions.Expect(page.Locator("main .notice")).ToContainTextAsync("Acknowledged");
        await work.Hands.PressAsync(page.Button("Undo"));
        await Assertions.Expect(page.Locator("main .notice")).ToHaveCountAsync(0);
    }

    [Theory]
    [MemberData(nameof(Hands.Both), MemberType = typeof(Hands))]
    public async Task An_incident_is_opened_read_acknowledged_with_its_anomalies_and_opened_again(string with)
    {
        await using var work = await BeginAsync(with);
        var page = work.Page;
        await page.GotoAsync("/incidents");
        await work.Hands.PressAsync(page.Locator($"a[href='/incidents/{work.Shop.IncidentId}']"));
        await page.Locator("ol.steps").WaitForAsync();
        await work.Hands.PressAsync(page.Button("Acknowledge"));
        await Assertions.Expect(page.GetByText("Marked as acknowledged.")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("tr[data-row] .status").First).ToHaveTextAsync("acknowledged");
        await work.Hands.PressAsync(page.Button("Open again"));
        await Assertions.Expect(page.GetByText("Open again.")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("tr[data-row] .status").First).ToHaveTextAsync("open");
    }

    [Theory]
    [MemberData(nameof(Hands.Both), MemberType = typeof(Hands))]
    public async Task A_stream_is_found_and_its_timeline_moved_and_zoomed(string with)
    {
        await using var work = await BeginAsync(with);
        var page = work.Page;
        await page.GotoAsync("/streams");
        await work.Hands.PressAsync(page.Locator($"a[href='/streams/{work.Shop.StreamId}']").First);
        await page.Locator("dl-timeline [data-state=drawn]").WaitForAsync();
        await work.Hands.PressAsync(page.GetByRole(AriaRole.Link, new() { Name = "Zoom out" }));
        await page.WaitForURLAsync(DashboardPages.ChosenTime());
        await page.Locator("dl-timeline [data-state=drawn]").WaitForAsync();
        await work.Hands.PressAsync(page.GetByRole(AriaRole.Link, new() { Name = "7 days" }));
        await Assertions.Expect(page.Locator("section[aria-labelledby=in-range-title] tr[data-row]").First).ToBeVisibleAsync();
        await page.Locator("dl-timeline [data-state=drawn]").WaitForAsync();
    }

    [Theory]
    [MemberData(nameof(Hands.Both), MemberType = typeof(Hands))]
    public async Task The_live_page_is_paused_and_goes_on(string with)
    {
        await using var work = await BeginAsync(with);
        var page = work.Page;
        await page.GotoAsync("/live");
        await page.Locator("[data-connection=live]").WaitForAsync();
        await work.Hands.PressAsync(page.Button("Pause"));
        await Assertions.Expect(page.GetByText("Connected, paused")).ToBeVisibleAsync();
        await work.Hands.PressAsync(page.Button("Resume"));
        await Assertions.Expect(page.Locator("[data-connection=live]")).ToHaveTextAsync("Live");
    }

    [Theory]
    [MemberData(nameof(Hands.Both), MemberType = typeof(Hands))]
    public async Task Analytics_lead_from_a_week_by_hours_to_a_streams_timeline(string with)
    {
        await using var work = await BeginAsync(with);
        var page = work.Page;
        await page.GotoAsync("/analytics");
        await page.Locator("table.heatmap").WaitForAsync();
        await work.Hands.PressAsync(page.Locator("nav.range a:not([aria-current])").Last);
        await page.WaitForURLAsync(url => url.Contains("hours=", StringComparison.Ordinal));
        await work.Hands.PressAsync(page.Locator($"table.heatmap a[href^='/streams/{work.Shop.StreamId}']").First);
        await page.Locator("dl-timeline [data-state=drawn]").WaitForAsync();
    }

    [Theory]
    [MemberData(nameof(Hands.Both), MemberType = typeof(Hands))]
    public async Task What_is_written_into_the_playground_is_judged_and_judged_again_at_another_rate(string with)
    {
        await using var work = await BeginAsync(with);
        var page = work.Page;
        await page.OpenAsync(work.Shop, "playground");
        await work.Hands.PressAsync(page.Button("Fill in an example"));
        await Assertions.Expect(page.Locator(".verdicts .lead")).ToContainTextAsync("1,500 events");
        await work.Hands.TypeAsync(page.Locator("textarea"), "only one line");
        await work.Hands.PressAsync(page.Button("Judge it"));
        await Assertions.Expect(page.Locator(".verdicts .lead")).ToContainTextAsync("1 event");
    }

    private async Task<Work> BeginAsync(string with)
    {
        var shop = await deployment.ShopAsync();
        var session = await browser.OpenSignedInAsync(deployment, width: 1440);
        return new Work(shop, session, new Hands(session.Page, with));
    }

    /// <summary>At its end nothing may have gone wrong in the browser.</summary>
    private sealed record Work(Shop Shop, Session Session, Hands Hands) : IAsyncDisposable
    {
        public IPage Page => Session.Page;

        public async ValueTask DisposeAsync()
        {
            await Session.DisposeAsync();
            Assert.Empty(Session.Problems);
        }
    }
}

using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>What the dashboard says when the Api cannot be asked: never invented data, always a way out.</summary>
[Collection(EndToEnd.Name)]
public sealed class FailingApiTests(Deployment deployment, Browser browser)
{
    private static readonly string[] Pages =
    [
        "/", "/anomalies", "/anomalies/0-1-0", "/incidents", "/incidents/i-0-1-0", "/streams", "/streams/0123456789abcdef", "/live", "/analytics", "/configuration",
        "/admin/keys", "/admin/users", "/admin/maintenance", "/admin/alerts", "/admin/audit", "/admin/usage", "/admin/tenants", "/admin/performance",
    ];

    [Fact]
    public async Task Every_page_says_that_the_Api_is_away_and_offers_to_try_again()
    {
        await using var web = await LoneDashboard.WithoutApiAsync();
        await using var session = await SignedInAsync(web);
        foreach (var page in Pages)
        {
            await session.Page.GotoAsync(page);
            await Assertions.Expect(session.Page.Locator("[data-problem=Unreachable]").First).ToBeVisibleAsync(new() { Timeout = 15_000 });
            await Assertions.Expect(session.Page.GetByRole(AriaRole.Link, new() { Name = "Try again" }).First).ToBeVisibleAsync();
        }
        Assert.Empty(session.Problems);
    }

    [Fact]
    public async Task An_Api_that_never_answers_is_waited_for_in_sight_and_then_said_to_be_too_slow()
    {
        await using var web = await LoneDashboard.WithSilentApiAsync();
        await using var session = await SignedInAsync(web);
        await session.Page.GotoAsync("/anomalies", new() { WaitUntil = WaitUntilState.Commit });
        await Assertions.Expect(session.Page.GetByText("Waiting for the Api")).ToBeVisibleAsync();
        await Assertions.Expect(session.Page.Locator("[data-problem=TooSlow]")).ToBeVisibleAsync(new() { Timeout = 25_000 });
        Assert.Empty(session.Problems);
    }

    [Fact]
    public async Task What_is_judged_in_the_playground_without_an_Api_is_said_not_to_be()
    {
        await using var web = await LoneDashboard.WithoutApiAsync();
        await using var session = await SignedInAsync(web);
        await session.Page.GotoAsync("/playground");
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "Fill in an example" }).ClickAsync();
        await Assertions.Expect(session.Page.Locator(".verdicts [role=alert]")).ToContainTextAsync("nothing was judged");
        Assert.Empty(session.Problems);
    }

    private Task<Session> SignedInAsync(LoneDashboard web) => browser.OpenSignedInAsync(deployment, web.Address);
}

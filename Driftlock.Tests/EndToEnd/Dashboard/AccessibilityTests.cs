using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>Every page for everybody: axe-core finds nothing, nothing is wider than the window, the console stays silent.</summary>
[Collection(EndToEnd.Name)]
public sealed class AccessibilityTests(Deployment deployment, Browser browser)
{
    /// <summary>WCAG 2.2 AA and what stands below it, and axe's own best practices.</summary>
    private static readonly AxeRunOptions All = new()
    {
        RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"),
    };

    /// <summary>The rules that another theme can break: the others look at what is there and not at its colours.</summary>
    private static readonly AxeRunOptions OfColour = new() { RunOnly = RunOnlyOptions.Rules("color-contrast", "link-in-text-block") };

    [Theory]
    [MemberData(nameof(DashboardPages.Rows), MemberType = typeof(DashboardPages))]
    public async Task No_rule_is_broken_in_light_and_dark_on_wide_and_narrow_windows(string name)
    {
        var shop = await deployment.ShopAsync();
        var found = new List<string>();
        foreach (var width in (int[])[1440, 390])
        {
            await using var session = await browser.SignInAsync(deployment, width);
            await session.Page.OpenAsync(shop, name);
            // A page that is not there answers 404, which the console notes. What axe does to a page for its own ends is not the page's.
            if (name != "not-found") found.AddRange(session.Problems);
            foreach (var (scheme, rules) in ((ColorScheme, AxeRunOptions)[])[(ColorScheme.Light, All), (ColorScheme.Dark, OfColour)])
            {
                await session.Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
                var result = await session.Page.RunAxe(rules);
                found.AddRange(result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{width} {scheme}: {violation.Id}: {violation.Help}: {node.Html}")));
            }
            var wider = await session.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth");
            if (wider > 0) found.Add($"{width}: {wider} pixels wider than the window");
        }
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found.Distinct().Take(30)));
    }
}

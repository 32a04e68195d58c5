using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>What axe-core finds on a page in light and dark, and whether the page fits its window.</summary>
internal static class Accessibility
{
    /// <summary>WCAG 2.2 AA and what stands below it, and axe's own best practices.</summary>
    private static readonly AxeRunOptions All = new()
    {
        RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"),
    };

    /// <summary>The rules that another theme can break: the others look at what is there and not at its colours.</summary>
    private static readonly AxeRunOptions OfColour = new() { RunOnly = RunOnlyOptions.Rules("color-contrast", "link-in-text-block") };

    public static async Task<IReadOnlyList<string>> BrokenAsync(this IPage page)
    {
        var found = new List<string>();
        var width = page.ViewportSize!.Width;
        foreach (var (scheme, rules) in ((ColorScheme, AxeRunOptions)[])[(ColorScheme.Light, All), (ColorScheme.Dark, OfColour)])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            var result = await page.RunAxe(rules);
            found.AddRange(result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{width} {scheme}: {violation.Id}: {violation.Help}: {node.Html}")));
        }
        var wider = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth");
        if (wider > 0) found.Add($"{width}: {wider} pixels wider than the window");
        return found;
    }
}

using System.Globalization;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>What axe-core finds on a page in light and dark, and whether it fits its window, stays where it is and keeps still for who asked for that.</summary>
internal static class Accessibility
{
    /// <summary>WCAG 2.2 AA and what stands below it, and axe's own best practices.</summary>
    private static readonly AxeRunOptions All = new()
    {
        RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"),
    };

    /// <summary>The rules that another theme can break: the others look at what is there and not at its colours.</summary>
    private static readonly AxeRunOptions OfColour = new() { RunOnly = RunOnlyOptions.Rules("color-contrast", "link-in-text-block") };

    private const int Wide = 1440;
    private const int Widest = 2560;

    /// <summary>Web Vitals call a cumulative layout shift of up to 0.1 good.</summary>
    private const double MostShift = 0.1;

    /// <summary>Adds up what moved without anybody's doing, as https://web.dev/articles/cls does, the whole time taken as one window.</summary>
    private const string Shift =
        """
        () => new Promise(resolve => {
          let sum = 0;
          new PerformanceObserver(list => { for (const shift of list.getEntries()) if (!shift.hadRecentInput) sum += shift.value; }).observe({ type: "layout-shift", buffered: true });
          requestAnimationFrame(() => setTimeout(() => resolve(sum), 0));
        })
        """;

    /// <param name="page">Shown, and not touched yet.</param>
    public static async Task<IReadOnlyList<string>> BrokenAsync(this IPage page)
    {
        var found = new List<string>();
        var shift = await page.EvaluateAsync<double>(Shift);
        if (shift > MostShift) found.Add(string.Create(CultureInfo.InvariantCulture, $"{page.ViewportSize!.Width}: what was shown has moved by {shift:0.000}"));
        var width = page.ViewportSize!.Width;
        foreach (var (scheme, rules) in ((ColorScheme, AxeRunOptions)[])[(ColorScheme.Light, All), (ColorScheme.Dark, OfColour)])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            var result = await page.RunAxe(rules);
            found.AddRange(result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{width} {scheme}: {violation.Id}: {violation.Help}: {node.Html}")));
        }
        // Under reduced motion nothing moves by itself.
        var moving = await page.EvaluateAsync<int>("() => document.getAnimations().filter(one => one.playState === 'running').length");
        if (moving > 0) found.Add($"{width}: {moving} animations under reduced motion");
        if (width >= Wide)
        {
            width = Widest;
            await page.SetViewportSizeAsync(Widest, page.ViewportSize.Height);
        }
        var wider = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth");
        if (wider > 0) found.Add($"{width}: {wider} pixels wider than the window");
        return found;
    }
}

using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>Every page of the dashboard, and what is there once it is.</summary>
public static partial class DashboardPages
{
    private static readonly Dictionary<string, (string Path, string Ready)> All = new(StringComparer.Ordinal)
    {
        ["overview"] = ("/", "figure.day"),
        ["anomalies"] = ("/anomalies", "tr[data-row]"),
        ["anomaly"] = ("/anomalies/{log}", "section.costliest"),
        ["verified"] = ("/anomalies/{log}?verify=true", ".proof .good"),
        ["metric"] = ("/anomalies/{metric}", "section.series"),
        ["trace"] = ("/anomalies/{trace}", "section.costliest"),
        ["waterfall"] = ("/anomalies/{trace}?traces=true#traces-title", ".waterfall .odd"),
        ["incidents"] = ("/incidents", "tr[data-row]"),
        ["incident"] = ("/incidents/{incident}", "ol.steps"),
        ["streams"] = ("/streams", "tr[data-row]"),
        ["stream"] = ("/streams/{stream}", "dl-timeline [data-state=drawn]"),
        ["live"] = ("/live", "[data-connection=live]"),
        ["analytics"] = ("/analytics", "table.heatmap"),
        ["playground"] = ("/playground", ".desk button:not([disabled])"),
        ["configuration"] = ("/configuration", "form.settings-grid button:not([disabled])"),
        ["keys"] = ("/admin/keys", "tr[data-row]"),
        ["users"] = ("/admin/users", "form.wide-fields"),
        ["maintenance"] = ("/admin/maintenance", "form.wide-fields"),
        ["alerts"] = ("/admin/alerts", "form.wide-fields"),
        ["audit"] = ("/admin/audit?check=true", "main .notice"),
        ["usage"] = ("/admin/usage", "main table"),
        ["tenants"] = ("/admin/tenants", "tr[data-row]"),
        ["performance"] = ("/admin/performance", "main table"),
        ["send"] = ("/send", ".tabs button:not([disabled])"),
        ["sign-in"] = ("/sign-in", "#key"),
        ["not-found"] = ("/no-such-page", "main h1"),
    };

    public static IReadOnlyCollection<string> Names => All.Keys;

    public static TheoryData<string> Rows => [.. All.Keys];

    /// <summary>An address that says which time a stream is shown of.</summary>
    [GeneratedRegex(@"\?from=20.*&to=20")]
    public static partial Regex ChosenTime();

    public static ILocator Button(this IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>Opens a page and waits until it shows what it is for.</summary>
    public static async Task OpenAsync(this IPage page, Shop shop, string name)
    {
        var (path, ready) = All[name];
        path = path.Replace("{log}", shop.Log.Id, StringComparison.Ordinal).Replace("{metric}", shop.Metric.Id, StringComparison.Ordinal)
            .Replace("{trace}", shop.Trace.Id, StringComparison.Ordinal).Replace("{stream}", shop.StreamId, StringComparison.Ordinal)
            .Replace("{incident}", shop.IncidentId, StringComparison.Ordinal);
        await page.GotoAsync(path);
        await page.Locator(ready).First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
    }
}

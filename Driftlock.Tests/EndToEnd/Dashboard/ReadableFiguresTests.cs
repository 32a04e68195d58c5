using System.Globalization;
using System.Text.RegularExpressions;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>Times in the viewer's zone with UTC beside them, numbers with their units.</summary>
[Collection(EndToEnd.Name)]
public sealed partial class ReadableFiguresTests(Deployment deployment, Browser browser)
{
    [Fact]
    public async Task A_viewer_in_Tokyo_reads_their_own_time_and_UTC_on_hover()
    {
        var shop = await deployment.ShopAsync();
        await using var session = await browser.OpenSignedInAsync(deployment, timeZone: "Asia/Tokyo");
        var page = session.Page;
        await page.OpenAsync(shop, "anomaly");
        // What is shown stands in the element's own tree; what the server wrote stays beside it.
        var shown = await page.Locator("header.verdict dl-time").First.EvaluateAsync<string[]>("element => { const time = element.shadowRoot.querySelector('time'); return [time.dateTime, time.textContent, time.title]; }");
        var utc = DateTimeOffset.Parse(shown[0], CultureInfo.InvariantCulture);
        Assert.Contains(utc.AddHours(9).ToString("HH:mm:ss", CultureInfo.InvariantCulture), shown[1], StringComparison.Ordinal);
        Assert.EndsWith("UTC", shown[2], StringComparison.Ordinal);
        Assert.Contains(utc.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture), shown[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_says_bits_and_a_duration_its_unit()
    {
        var shop = await deployment.ShopAsync();
        await using var session = await browser.OpenSignedInAsync(deployment);
        var page = session.Page;
        await page.OpenAsync(shop, "anomalies");
        Assert.All(await page.Locator("tr[data-row] .cell-excess").AllInnerTextsAsync(), text => Assert.Matches("^[0-9.,]+ bits$", text));
        await page.OpenAsync(shop, "incident");
        Assert.Matches(Duration(), await page.Locator("header.verdict .facts").InnerTextAsync());
    }

    [GeneratedRegex(@"Lasted\s+[0-9.,]+ (ms|s|min|h|d)")]
    private static partial Regex Duration();
}

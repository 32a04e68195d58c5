using System.Globalization;
using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>
/// How fast the dashboard is and what an open page costs, on a machine at rest. It measures and proves nothing, so it runs only when asked for:
/// <c>./test.sh -explicit only -class Driftlock.Tests.EndToEnd.Dashboard.DashboardSpeed -showLiveOutput</c>. docs/DASHBOARD.md has the figures.
/// </summary>
[Collection(EndToEnd.Name)]
public sealed class DashboardSpeed(Deployment deployment, Browser browser, ITestOutputHelper output)
{
    private const int Loads = 21;
    private const int Circuits = 200;
    private const int Warm = 20;

    /// <summary>Notes when a frame was shown that has the element in it.</summary>
    private const string Watch =
        """
        (() => {
          const selector = "SELECTOR";
          const look = () => {
            if (document.querySelector(selector)) { const done = new MessageChannel(); done.port1.onmessage = () => { window.painted = performance.now(); }; done.port2.postMessage(0); }
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        })();
        """;

    [Fact(Explicit = true)]
    public async Task First_useful_paint_beside_a_static_page_of_the_same_size()
    {
        var many = await ManyAnomalies.FillAsync(deployment);
        await using var first = await browser.OpenAsync(deployment.Web, 1440);
        await first.Page.GotoAsync("/");
        await first.SignInAsync(many.Key);
        var state = await first.Page.Context.StorageStateAsync();
        foreach (var (name, path, ready) in ((string, string, string)[])
            [
                ("the list, 100,000 anomalies", "/anomalies", "tr[data-row]"),
                ("an anomaly of 1,000 lines", $"/anomalies/{many.Longest}", "section.costliest"),
            ])
        {
            await using var session = await browser.OpenAsync(deployment.Web, 1440, state: state);
            await session.Page.AddInitScriptAsync(Watch.Replace("SELECTOR", ready, StringComparison.Ordinal));
            await session.Page.GotoAsync(path, new() { WaitUntil = WaitUntilState.NetworkIdle });
            var (twin, bytes) = await StaticTwin.OfAsync(session.Page);
            await using var _ = twin;
            List<double> own = [], still = [];
            for (var i = 0; i < Loads; i++)
            {
                own.Add(await PaintAsync(session.Page, new Uri(deployment.Web, path)));
                still.Add(await PaintAsync(session.Page, new Uri(twin.Address, path)));
            }
            own.Sort();
            still.Sort();
            Say($"{name}: {bytes / 1024} KiB, painted after {own[Loads / 2]:0} ms ({own[0]:0} to {own[^1]:0}), static {still[Loads / 2]:0} ms ({still[0]:0} to {still[^1]:0}), ratio {own[Loads / 2] / still[Loads / 2]:0.00}");
        }
        await TimelineAsync(first.Page);
    }

    [Fact(Explicit = true)]
    public async Task Two_hundred_open_circuits_hold()
    {
        var shop = await deployment.ShopAsync();
        await using var web = await LoneDashboard.BesideAsync(deployment);
        await using var session = await browser.OpenSignedInAsync(deployment, web.Address, 390);
        var pages = new List<IPage>();
        async Task OpenAsync(int count)
        {
            while (pages.Count < count)
            {
                var page = await session.Page.Context.NewPageAsync();
                await page.GotoAsync("/live");
                await page.Locator("[data-connection=live]").WaitForAsync();
                pages.Add(page);
            }
        }
        await OpenAsync(Warm);
        var before = Memory(web.Pid);
        await OpenAsync(Circuits);
        var after = Memory(web.Pid);
        Say($"{pages.Count} circuits of the live page: the server has {after >> 20} MiB; {Warm} had {before >> 20} MiB: {(after - before) / 1024.0 / (Circuits - Warm):0} KiB each");

        await Shop.SendAsync(deployment, "logs", "pattern", "crowd", seed: 8, hoursAgo: 0.1);
        var sent = TimeProvider.System.GetTimestamp();
        foreach (var page in pages) await Assertions.Expect(page.Locator("tr[data-row] .cell-stream", new() { HasText = "crowd" }).First).ToBeAttachedAsync(new() { Timeout = 60_000 });
        Say($"a new anomaly stood on all {pages.Count} within {TimeProvider.System.GetElapsedTime(sent).TotalSeconds:0.0} s of its being judged; the server has {Memory(web.Pid) >> 20} MiB then");
        foreach (var page in pages) Assert.Equal("live", await page.Locator("[data-connection]").GetAttributeAsync("data-connection"));
        Assert.NotNull(shop);
    }

    private static async Task<double> PaintAsync(IPage page, Uri address)
    {
        await page.GotoAsync(address.ToString(), new() { WaitUntil = WaitUntilState.Load });
        return await (await page.WaitForFunctionAsync("() => window.painted")).JsonValueAsync<double>();
    }

    private async Task TimelineAsync(IPage page)
    {
        var times = new List<double>();
        for (var i = 0; i < Loads; i++)
        {
            await page.GotoAsync($"/streams/{ManyAnomalies.Stream}?from={DateTimeOffset.UtcNow.AddDays(-70):yyyy-MM-dd'T'HH:mm:ss'Z'}&to={DateTimeOffset.UtcNow:yyyy-MM-dd'T'HH:mm:ss'Z'}", new() { WaitUntil = WaitUntilState.Commit });
            await page.Locator("dl-timeline [data-state=drawn]").WaitForAsync();
            times.Add(await page.EvaluateAsync<double>("() => performance.now()"));
        }
        times.Sort();
        Say($"a stream's page with {ManyAnomalies.Count} minutes in its timeline: drawn after {times[Loads / 2]:0} ms ({times[0]:0} to {times[^1]:0})");
        var csv = TimeProvider.System.GetTimestamp();
        var table = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "CSV" }).ClickAsync());
        var lines = await File.ReadAllLinesAsync(await table.PathAsync(), TestContext.Current.CancellationToken);
        Say($"its CSV: {lines.Length - 1} rows in {TimeProvider.System.GetElapsedTime(csv).TotalMilliseconds:0} ms");
    }

    /// <summary>Bytes that a process has in memory (proc(5), VmRSS).</summary>
    private static long Memory(int pid) => long.Parse(
        File.ReadLines($"/proc/{pid}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;

    private void Say(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}

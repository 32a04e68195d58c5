using Driftlock.Tests.EndToEnd.Dashboard;
using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd;

/// <summary>
/// Makes the pictures of the documentation: every page of the real thing, in both themes, on a wide and a narrow window, from our own sample.
/// Not part of a test run; to write docs/screenshots anew:
/// <c>dotnet exec artifacts/bin/Driftlock.Tests/debug/Driftlock.Tests.dll -explicit only -class Driftlock.Tests.EndToEnd.Screenshots</c>
/// </summary>
[Collection(EndToEnd.Name)]
public sealed class Screenshots(Deployment deployment, Browser browser)
{
    private const long MaxBytesInAll = 4_000_000;

    /// <summary>The browser's own encoder, so that nothing has to be installed for it. A third of a PNG's bytes.</summary>
    private const string ToWebP = """
        async png => {
          const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [picture.width, picture.height];
          canvas.getContext("2d").drawImage(picture, 0, 0);
          return canvas.toDataURL("image/webp", 0.72).split(",")[1];
        }
        """;

    private static readonly string Folder = Path.Combine(Repository(), "docs", "screenshots");

    [Fact(Explicit = true)]
    public async Task Pictures_of_the_documentation()
    {
        await Shop.SendAsync(deployment, "logs", "corruption", "refunds", seed: 11, hoursAgo: 3.2);
        await Shop.SendAsync(deployment, "logs", "spike", "billing", seed: 9, hoursAgo: 1.4);
        var shop = await deployment.ShopAsync();
        Directory.CreateDirectory(Folder);
        foreach (var old in Directory.EnumerateFiles(Folder)) File.Delete(old);
        foreach (var (width, height) in ((int, int)[])[(1440, 1000), (390, 844)])
        {
            await using var session = await browser.SignInAsync(deployment, width, height);
            await using var encoder = await browser.OpenAsync(deployment.Web);
            foreach (var page in DashboardPages.Names)
            {
                await session.Page.OpenAsync(shop, page);
                foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
                {
                    await session.Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
                    var png = await session.Page.ScreenshotAsync(new() { Animations = ScreenshotAnimations.Disabled });
                    var webp = await encoder.Page.EvaluateAsync<string>(ToWebP, Convert.ToBase64String(png));
                    var file = Path.Combine(Folder, $"{page}-{width}-{(scheme == ColorScheme.Light ? "light" : "dark")}.webp");
                    await File.WriteAllBytesAsync(file, Convert.FromBase64String(webp), TestContext.Current.CancellationToken);
                }
            }
        }
        var bytes = new DirectoryInfo(Folder).EnumerateFiles().Sum(file => file.Length);
        Assert.True(bytes < MaxBytesInAll, $"the pictures have {bytes} bytes, and may have {MaxBytesInAll}");
    }

    private static string Repository()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Driftlock.sln"))) return at.FullName;
        }
        throw new DirectoryNotFoundException("no Driftlock.sln above the test program");
    }
}

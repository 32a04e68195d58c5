using System.Collections.Frozen;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>A page as it stands in a browser, served again as a file with its scripts and styles by the same kind of server: as fast as that page could come.</summary>
internal sealed class StaticTwin : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StaticTwin(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));

    /// <param name="page">Shown and at rest.</param>
    public static async Task<(StaticTwin Twin, int Bytes)> OfAsync(IPage page)
    {
        var html = System.Text.Encoding.UTF8.GetBytes(await page.ContentAsync());
        var parts = await page.EvaluateAsync<string[]>("() => performance.getEntriesByType('resource').filter(part => /\\.(css|js|svg)(\\?|$)/.test(part.name)).map(part => part.name)");
        var files = new Dictionary<string, (byte[] Bytes, string Type)>(StringComparer.Ordinal);
        foreach (var part in parts.Distinct())
        {
            var answer = await page.APIRequest.GetAsync(part);
            files[new Uri(part).AbsolutePath] = (await answer.BodyAsync(), answer.Headers["content-type"]);
        }
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var twin = new StaticTwin(builder.Build());
        var served = files.ToFrozenDictionary(StringComparer.Ordinal);
        twin._app.Run(async context =>
        {
            var (bytes, type) = served.TryGetValue(context.Request.Path, out var file) ? file : (html, "text/html; charset=utf-8");
            context.Response.ContentType = type;
            await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
        });
        await twin._app.StartAsync(TestContext.Current.CancellationToken);
        return (twin, html.Length);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

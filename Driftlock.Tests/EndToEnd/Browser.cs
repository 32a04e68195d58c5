using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd;

/// <summary>The machine's Chromium, started when the first test asks for a page.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string Program =
        Environment.GetEnvironmentVariable("DRIFTLOCK_CHROMIUM") is { Length: > 0 } set ? set : "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>A signed-in session of its own, at the overview; the test is skipped where there is no Chromium.</summary>
    public async Task<Session> SignInAsync(Deployment deployment, int width = 1280, int height = 900)
    {
        Assert.SkipUnless(File.Exists(Program), $"no browser at {Program}: install chromium, or set DRIFTLOCK_CHROMIUM to its path");
        _playwright ??= await Playwright.CreateAsync();
        _browser ??= await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            // Chromium's sandbox refuses to run as root.
            Args = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [],
        });
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = deployment.Web.ToString(),
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = ColorScheme.Light,
            Locale = "en-GB",
            TimezoneId = "UTC",
        });
        context.SetDefaultTimeout((float)Deployment.Patience.TotalMilliseconds / 2);
        var session = new Session(context, await context.NewPageAsync());
        await session.Page.GotoAsync("/");
        await session.Page.GetByLabel("API key").FillAsync(Deployment.ApiKey);
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in with the key" }).ClickAsync();
        await session.Page.GetByRole(AriaRole.Heading, new() { Name = "Overview" }).WaitForAsync();
        return session;
    }
}

/// <summary>A browser window that remembers what went wrong in it.</summary>
public sealed class Session : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _problems = [];

    public Session(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") _problems.Enqueue($"console: {message.Text}");
        };
        page.PageError += (_, error) => _problems.Enqueue($"script: {error}");
        page.Response += (_, response) =>
        {
            if (response.Status >= 400) _problems.Enqueue($"HTTP {response.Status}: {response.Url}");
        };
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, uncaught exceptions, answers of 400 and above.</summary>
    public IReadOnlyCollection<string> Problems => _problems;

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}

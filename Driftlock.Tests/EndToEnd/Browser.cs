using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd;

/// <summary>The machine's Chromium, started when the first test asks for a page.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string Program =
        Environment.GetEnvironmentVariable("DRIFTLOCK_CHROMIUM") is { Length: > 0 } set ? set : "/usr/bin/chromium";

    private readonly SemaphoreSlim _one = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private string? _signedIn;

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        _one.Dispose();
    }

    /// <summary>A signed-in session of its own, at the overview; the test is skipped where there is no Chromium.</summary>
    public async Task<Session> SignInAsync(Deployment deployment, int width = 1280, int height = 900)
    {
        var session = await OpenSignedInAsync(deployment, null, width, height);
        await session.Page.GotoAsync("/");
        await session.Page.GetByRole(AriaRole.Heading, new() { Name = "Overview" }).WaitForAsync();
        return session;
    }

    /// <summary>
    /// A signed-in session of its own, with no page yet. The first one signs in by hand, the others have its cookie: signing in is limited to 30
    /// times a minute.
    /// </summary>
    /// <param name="deployment">Signed in to.</param>
    /// <param name="web">Another dashboard by the same host name: a cookie of the one is one of the other. The deployment's when absent.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="timeZone">The viewer's, by its IANA name.</param>
    public async Task<Session> OpenSignedInAsync(Deployment deployment, Uri? web = null, int width = 1280, int height = 900, string timeZone = "UTC")
    {
        await _one.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_signedIn is null)
            {
                await using var first = await OpenAsync(deployment.Web);
                await first.Page.GotoAsync("/");
                await first.SignInAsync(Deployment.ApiKey);
                _signedIn = await first.Page.Context.StorageStateAsync();
            }
        }
        finally
        {
            _one.Release();
        }
        return await OpenAsync(web ?? deployment.Web, width, height, _signedIn, timeZone);
    }

    /// <summary>A session that nobody has signed in to.</summary>
    /// <param name="web">The dashboard.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="state">Cookies of another session.</param>
    /// <param name="timeZone">The viewer's, by its IANA name.</param>
    public async Task<Session> OpenAsync(Uri web, int width = 1280, int height = 900, string? state = null, string timeZone = "UTC")
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
            BaseURL = web.ToString(),
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = ColorScheme.Light,
            Locale = "en-GB",
            TimezoneId = timeZone,
            StorageState = state,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        context.SetDefaultTimeout((float)Deployment.Patience.TotalMilliseconds / 2);
        return new Session(context, await context.NewPageAsync());
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

    /// <summary>From the sign-in page to the overview, with a key.</summary>
    public async Task SignInAsync(string key)
    {
        await Page.GetByLabel("API key").FillAsync(key);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in with the key" }).ClickAsync();
        await Page.GetByRole(AriaRole.Heading, new() { Name = "Overview" }).WaitForAsync();
    }

    /// <summary>Errors and warnings of the console, uncaught exceptions, answers of 400 and above.</summary>
    public IReadOnlyCollection<string> Problems => _problems;

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}

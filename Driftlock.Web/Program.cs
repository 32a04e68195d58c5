using Driftlock.Web.ApiClient;
using Driftlock.Web.Charts;
using Driftlock.Web.Components;
using Driftlock.Web.Components.Layout;
using Driftlock.Web.Hosting;
using Driftlock.Web.SignIn;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HttpOverrides;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
builder.AddServiceDefaults(ApiPatience.OfPages);

builder.Services.AddOptions<WebSettings>().BindConfiguration(WebSettings.Section).ValidateDataAnnotations().ValidateOnStart();
var settings = builder.Configuration.GetSection(WebSettings.Section).Get<WebSettings>() ?? new WebSettings();

builder.Services.AddRazorComponents().AddInteractiveServerComponents(options =>
{
    // A browser that comes back within three minutes finds its page as it was; a hundred such pages are kept.
    options.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(3);
    options.DisconnectedCircuitMaxRetained = 100;
});
builder.Services.AddCascadingAuthenticationState();
builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(SessionCookie.Configure);
builder.Services.AddAuthorizationBuilder()
    .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
builder.Services.AddSignInLimit();

var keys = builder.Services.AddDataProtection().SetApplicationName("Driftlock.Web");
if (settings.DataProtectionKeys is { Length: > 0 } folder)
    keys.PersistKeysToFileSystem(new DirectoryInfo(folder));

if (settings.ForwardedHeaders)
{
    builder.Services.Configure<ForwardedHeadersOptions>(options =>
    {
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        // The setting says that a proxy stands in front; its address is not known where containers come and go.
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
    });
}

builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<SendAddresses>(services => SendAddresses.From(
    services.GetRequiredService<IConfiguration>(), services.GetRequiredService<Microsoft.Extensions.Options.IOptions<WebSettings>>()));
builder.Services.AddScoped<SessionCaller>();
builder.Services.AddScoped<ICaller>(services => services.GetRequiredService<SessionCaller>());
builder.Services.AddHttpClient<DriftlockApi>(http => http.BaseAddress = new Uri("https+http://api"));
builder.Services.AddLongRunningApi();
builder.Services.AddScoped<LiveAnomalies>();

var app = builder.Build();

if (settings.ForwardedHeaders)
    app.UseForwardedHeaders();
app.UseSecurityHeaders();
app.UseExceptionHandler("/error", createScopeForErrors: true);
app.UseStatusCodePagesWithReExecute("/status/{0}", createScopeForStatusCodePages: true);
app.UseAuthentication();
app.UseRateLimiter();
app.UseAuthorization();
app.UseAntiforgery();

app.MapDefaultEndpoints();
app.MapStaticAssets().AllowAnonymous();
app.MapSignOut();
app.MapEvidenceDownload();
app.MapTimelines();
app.MapFoundPlaces();
app.MapInStep();
app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);

app.Run();

/// <summary>Named so that tests can start this application.</summary>
internal sealed partial class Program;

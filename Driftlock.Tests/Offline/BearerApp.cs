using System.Net.Http.Headers;
using System.Text;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Driftlock.Tests.Offline;

/// <summary>A service that knows callers by the tokens of one issuer, with the package's defaults narrowed to what a service needs.</summary>
internal sealed class BearerApp : IAsyncDisposable
{
    public const string Audience = "driftlock";
    public const int LongestToken = 16 * 1024;

    /// <summary>The least that the package allows between two looks at the issuer that a token asked for.</summary>
    public static readonly TimeSpan ShortestRefresh = TimeSpan.FromSeconds(1);

    private readonly TestApp _app;
    private readonly HttpClient _http = new(new SocketsHttpHandler { RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8 })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };

    private BearerApp(TestApp app) => _app = app;

    public IOptionsMonitor<JwtBearerOptions> Options => _app.Services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>();

    public static async Task<BearerApp> StartAsync(OidcIssuer issuer, Action<JwtBearerOptions>? configure = null)
    {
        var builder = TestApp.CreateBuilder();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(JwtBearerDefaults.AuthenticationScheme, options =>
        {
            options.Authority = issuer.Authority;
            options.Audience = Audience;
            options.RequireHttpsMetadata = false;
            options.MapInboundClaims = false;
            options.IncludeErrorDetails = false;
            options.BackchannelTimeout = TimeSpan.FromSeconds(5);
            options.TokenValidationParameters.ValidAlgorithms = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"];
            foreach (var reader in options.TokenHandlers) reader.MaximumTokenSizeInBytes = LongestToken;
            configure?.Invoke(options);
        });
        // After the package's own: it makes the reader of the issuer's documents only then.
        builder.Services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, static options =>
        {
            // Otherwise a key that the issuer withdrew is good for another hour.
            if (options.ConfigurationManager is BaseConfigurationManager documents) documents.UseLastKnownGoodConfiguration = false;
        });
        builder.Services.AddAuthorization();
        return new BearerApp(await TestApp.StartAsync(builder, static app =>
        {
            app.UseAuthentication();
            app.UseAuthorization();
            app.MapGet("/me", static (HttpContext context) => context.User.FindFirst("sub")?.Value).RequireAuthorization();
        }));
    }

    /// <summary>What a caller with this token is told.</summary>
    public async Task<BearerAnswer> AskAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_app.Address, "me"));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return new BearerAnswer(
            (int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), [.. response.Headers.WwwAuthenticate]);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }
}

internal sealed record BearerAnswer(int Status, string Body, IReadOnlyList<AuthenticationHeaderValue> Challenges)
{
    public void IsLetIn(string subject = "ada") => Assert.Equal((200, subject), (Status, Body));

    /// <summary>Refused, without a word of why.</summary>
    public void IsRefused()
    {
        Assert.Equal((401, ""), (Status, Body));
        Assert.Equal("Bearer", Assert.Single(Challenges).ToString());
    }
}

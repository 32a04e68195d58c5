using Driftlock.Tests.EndToEnd;

namespace Driftlock.Tests.Security;

/// <summary>ASVS 3.4: what the dashboard tells browsers.</summary>
[Collection(EndToEnd.EndToEnd.Name)]
public sealed class Asvs03BrowserTests(Deployment deployment)
{
    [Theory]
    [InlineData("sign-in")]
    [InlineData("anomalies")]
    [InlineData("nowhere")]
    [InlineData("app.css")]
    public async Task Every_answer_of_the_dashboard_lets_nobody_frame_it_and_runs_nothing_but_its_own(string path)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = deployment.Web };
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.False(response.Headers.Contains("Server"));
        // RFC 6797, 7.2: not over a line that is not secure.
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
    }
}

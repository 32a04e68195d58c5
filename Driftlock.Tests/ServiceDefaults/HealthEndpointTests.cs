using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Driftlock.Tests.ServiceDefaults;

public sealed class HealthEndpointTests
{
    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task A_failed_check_is_one_word_to_the_outside_and_no_reason_to_restart(string environment)
    {
        var builder = TestApp.CreateBuilder(environment);
        builder.AddServiceDefaults();
        builder.Services.AddHealthChecks().AddCheck("database", () => HealthCheckResult.Unhealthy("password=secret"));
        await using var app = await TestApp.StartAsync(builder, a => a.MapDefaultEndpoints());

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unhealthy"), await GetAsync(app, "/health"));
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await GetAsync(app, "/alive"));
    }

    [Fact]
    public async Task Health_needs_no_sign_in_where_everything_else_does()
    {
        var builder = TestApp.CreateBuilder();
        builder.AddServiceDefaults();
        builder.Services.AddAuthentication("cookie").AddCookie("cookie");
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(
            new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder("cookie").RequireAuthenticatedUser().Build());
        await using var app = await TestApp.StartAsync(builder, a =>
        {
            a.MapDefaultEndpoints();
            a.MapGet("/private", () => Results.Ok());
        });

        Assert.Equal((HttpStatusCode.OK, "Healthy"), await GetAsync(app, "/health"));
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await GetAsync(app, "/alive"));
        Assert.NotEqual(HttpStatusCode.OK, (await GetAsync(app, "/private")).Status);
    }

    [Fact]
    public async Task What_is_measured_is_there_for_Prometheus_in_base_units_and_without_a_sign_in()
    {
        var builder = TestApp.CreateBuilder();
        builder.AddServiceDefaults();
        builder.Services.AddAuthentication("cookie").AddCookie("cookie");
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(
            new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder("cookie").RequireAuthenticatedUser().Build());
        await using var app = await TestApp.StartAsync(builder, a => a.MapMetrics().MapGet("/things/{id}", (string id) => id).AllowAnonymous());
        using var meter = new System.Diagnostics.Metrics.Meter("Driftlock.Test");
        meter.CreateCounter<long>("driftlock.test.things", "{thing}", "Things \"counted\".").Add(3, new KeyValuePair<string, object?>("kind of", "a\"b"));

        Assert.Equal(HttpStatusCode.OK, (await GetAsync(app, "/things/17")).Status);
        var (status, text) = await GetAsync(app, "/metrics");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Matches("""(?m)^http_server_request_duration_seconds_count\{[^}]*http_route="/things/\{id\}"[^\n]*\} 1$""", text);
        Assert.Contains("# TYPE http_server_request_duration_seconds histogram\n", text, StringComparison.Ordinal);
        Assert.Matches("""(?m)^driftlock_test_things_total\{[^}]*kind_of="a\\"b"[^}]*\} 3$""", text);
    }

    private static async Task<(HttpStatusCode Status, string Text)> GetAsync(TestApp app, string path)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = app.Address };
        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}

using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Polly.Timeout;

namespace Driftlock.Tests.ServiceDefaults;

public sealed class ResilienceTests
{
    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(408)]
    public async Task A_flaky_server_is_asked_again(int status)
    {
        var requests = 0;
        await using var server = await TestApp.StartAsync(app => app.MapGet("/", () =>
            Interlocked.Increment(ref requests) < 3 ? Results.StatusCode(status) : Results.Text("at last")));
        using var host = Client(options => options.Retry.Delay = TimeSpan.FromMilliseconds(1));

        using var response = await GetAsync(host, server.Address);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(3, requests);
    }

    [Fact]
    public async Task The_wait_that_the_server_asks_for_is_kept()
    {
        var requests = 0;
        await using var server = await TestApp.StartAsync(app => app.MapGet("/", (HttpContext context) =>
        {
            context.Response.Headers.RetryAfter = "1";
            return Interlocked.Increment(ref requests) == 1 ? Results.StatusCode(503) : Results.Ok();
        }));
        using var host = Client(options => options.Retry.Delay = TimeSpan.FromMilliseconds(1));

        var started = Stopwatch.GetTimestamp();
        using var response = await GetAsync(host, server.Address);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0.95, 10);
    }

    [Fact]
    public async Task A_refusal_is_not_retried()
    {
        var requests = 0;
        await using var server = await TestApp.StartAsync(app => app.MapGet("/", () =>
        {
            Interlocked.Increment(ref requests);
            return Results.BadRequest();
        }));
        using var host = Client(_ => { });

        using var response = await GetAsync(host, server.Address);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(1, requests);
    }

    [Fact]
    public async Task A_request_that_changes_something_can_be_left_to_its_caller()
    {
        var requests = 0;
        await using var server = await TestApp.StartAsync(app => app.MapPost("/", () =>
        {
            Interlocked.Increment(ref requests);
            return Results.StatusCode(503);
        }));
#pragma warning disable EXTEXP0001 // As in the service defaults.
        using var host = Client(options => options.Retry.DisableForUnsafeHttpMethods());
#pragma warning restore EXTEXP0001

        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        using var response = await client.PostAsync(server.Address, content: null, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(1, requests);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up()
    {
        await using var server = await TestApp.StartAsync(app => app.MapGet("/", (CancellationToken gone) => Task.Delay(Timeout.Infinite, gone)));
        using var host = Client(options =>
        {
            options.AttemptTimeout.Timeout = TimeSpan.FromMilliseconds(50);
            options.Retry.Delay = TimeSpan.FromMilliseconds(1);
        });

        await Assert.ThrowsAsync<TimeoutRejectedException>(async () => (await GetAsync(host, server.Address)).Dispose());
    }

    private static IHost Client(Action<HttpStandardResilienceOptions> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.ConfigureHttpClientDefaults(http => http.AddStandardResilienceHandler(configure));
        return builder.Build();
    }

    private static async Task<HttpResponseMessage> GetAsync(IHost host, Uri address)
    {
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        return await client.GetAsync(address, TestContext.Current.CancellationToken);
    }
}

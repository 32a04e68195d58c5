using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Driftlock.Tests.ServiceDefaults;

public sealed class DiscoveryTests
{
    [Theory]
    [InlineData("https+http://api")]
    [InlineData("http://api")]
    public async Task A_client_finds_a_service_by_its_name(string address)
    {
        await using var api = await TestApp.StartAsync(app => app.MapGet("/base/hello", () => "found"));
        using var host = Client(("services:api:http:0", api.Address.ToString()));

        Assert.Equal("found", await GetAsync(host, address + "/base/hello"));
    }

    [Fact]
    public async Task Several_instances_take_turns()
    {
        await using var first = await TestApp.StartAsync(app => app.MapGet("/", () => "first"));
        await using var second = await TestApp.StartAsync(app => app.MapGet("/", () => "second"));
        using var host = Client(("services:api:http:0", first.Address.ToString()), ("services:api:http:1", second.Address.ToString()));

        string[] answers = [await GetAsync(host, "http://api"), await GetAsync(host, "http://api"), await GetAsync(host, "http://api")];

        Assert.Equal(["first", "second", "first"], answers);
    }

    [Fact]
    public async Task Https_is_preferred_where_it_is_configured()
    {
        await using var plain = await TestApp.StartAsync(app => app.MapGet("/", () => "plain"));
        using var host = Client(("services:api:http:0", plain.Address.ToString()), ("services:api:https:0", "https://127.0.0.1:1"));

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(host, "https+http://api"));

        Assert.Contains("127.0.0.1:1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_endpoint_is_asked_for_with_an_underscore()
    {
        await using var api = await TestApp.StartAsync(app => app.MapGet("/", () => "otlp"));
        using var host = Client(("services:api:otlp-http:0", api.Address.ToString()));

        Assert.Equal("otlp", await GetAsync(host, "http://_otlp-http.api"));
    }

    [Fact]
    public async Task An_address_that_is_not_configured_stays_as_it_is()
    {
        await using var api = await TestApp.StartAsync(app => app.MapGet("/", () => "direct"));
        using var host = Client();

        Assert.Equal("direct", await GetAsync(host, api.Address.ToString()));
    }

    private static IHost Client(params (string Key, string? Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => s.Value));
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http => http.AddServiceDiscovery());
        return builder.Build();
    }

    private static async Task<string> GetAsync(IHost host, string address)
    {
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        return await client.GetStringAsync(new Uri(address), TestContext.Current.CancellationToken);
    }
}

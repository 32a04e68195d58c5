using Driftlock.Web.ApiClient;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Driftlock.Tests.Web;

/// <summary>A real server that answers as the test says, and a client of it.</summary>
internal sealed class FakeApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private FakeApi(WebApplication app, HttpClient http) => (_app, _http, Client) = (app, http, new DriftlockApi(http, new Caller()));

    public DriftlockApi Client { get; }

    public static async Task<FakeApi> StartAsync(RequestDelegate answer, TimeSpan? timeout = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = timeout ?? TimeSpan.FromSeconds(30) };
        return new FakeApi(app, http);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private sealed class Caller : ICaller
    {
        public ValueTask<string?> KeyAsync() => ValueTask.FromResult<string?>("dlk_test");
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Reliability;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>The dashboard's own process, with an Api at an address of the test's choice: one where nobody listens, one that never answers, or the whole deployment's.</summary>
internal sealed partial class LoneDashboard : IAsyncDisposable
{
    private readonly string _api;
    private readonly Socket? _silent;
    private ServiceProcess _process;

    private LoneDashboard(ServiceProcess process, string api, Socket? silent, Uri address) => (_process, _api, _silent, Address) = (process, api, silent, address);

    /// <summary>By the same host name as the whole deployment's, so that a cookie of the one is one of the other.</summary>
    public Uri Address { get; }

    /// <summary>Its Api refuses every connection.</summary>
    public static Task<LoneDashboard> WithoutApiAsync(string environment = "Production") => StartAsync("http://127.0.0.1:1", null, environment);

    /// <summary>Its Api takes every connection and never says a word.</summary>
    public static Task<LoneDashboard> WithSilentApiAsync()
    {
        var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen(128);
        return StartAsync($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndPoint!).Port}", silent);
    }

    /// <summary>Its Api is the whole deployment's.</summary>
    public static Task<LoneDashboard> BesideAsync(Deployment deployment) => StartAsync(deployment.Api.BaseAddress!.ToString(), null);

    /// <summary>Its number, by which its memory is read.</summary>
    public int Pid => _process.Pid;

    /// <summary>As when a new version is brought out.</summary>
    public async Task StopAsync() => await _process.DisposeAsync();

    /// <summary>At the same address, after <see cref="StopAsync"/>.</summary>
    public async Task StartAgainAsync() => _process = await ListeningAsync(_api, Address.Port);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _silent?.Dispose();
    }

    private static async Task<LoneDashboard> StartAsync(string api, Socket? silent, string environment = "Production")
    {
        var process = await ListeningAsync(api, 0, environment);
        return new LoneDashboard(process, api, silent, new Uri($"http://localhost:{Listening().Match(process.Log).Groups[1].Value}"));
    }

    private static async Task<ServiceProcess> ListeningAsync(string api, int port, string environment = "Production")
    {
        var process = await ServiceProcess.StartAsync("Driftlock.Web", [("ASPNETCORE_URLS", $"http://127.0.0.1:{port}"), ("services__api__http__0", api), ("ASPNETCORE_ENVIRONMENT", environment)]);
        await Until.TrueAsync(() => Listening().IsMatch(process.Log), Deployment.Patience, "the dashboard listens", TestContext.Current.CancellationToken);
        return process;
    }

    [GeneratedRegex(@"listening on:? http://127\.0\.0\.1:([0-9]+)")]
    private static partial Regex Listening();
}

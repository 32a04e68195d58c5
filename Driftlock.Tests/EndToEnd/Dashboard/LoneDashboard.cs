using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Reliability;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>The dashboard's own process, with an Api at an address of the test's choice: one where nobody listens, or one that never answers.</summary>
internal sealed partial class LoneDashboard : IAsyncDisposable
{
    private readonly ServiceProcess _process;
    private readonly Socket? _silent;

    private LoneDashboard(ServiceProcess process, Socket? silent, Uri address) => (_process, _silent, Address) = (process, silent, address);

    /// <summary>By the same host name as the whole deployment's, so that a cookie of the one is one of the other.</summary>
    public Uri Address { get; }

    /// <summary>Its Api refuses every connection.</summary>
    public static Task<LoneDashboard> WithoutApiAsync() => StartAsync("http://127.0.0.1:1", null);

    /// <summary>Its Api takes every connection and never says a word.</summary>
    public static Task<LoneDashboard> WithSilentApiAsync()
    {
        var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen(128);
        return StartAsync($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndPoint!).Port}", silent);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _silent?.Dispose();
    }

    private static async Task<LoneDashboard> StartAsync(string api, Socket? silent)
    {
        var process = await ServiceProcess.StartAsync("Driftlock.Web", [("ASPNETCORE_URLS", "http://127.0.0.1:0"), ("services__api__http__0", api)]);
        await Until.TrueAsync(() => Listening().IsMatch(process.Log), Deployment.Patience, "the dashboard listens", TestContext.Current.CancellationToken);
        return new LoneDashboard(process, silent, new Uri($"http://localhost:{Listening().Match(process.Log).Groups[1].Value}"));
    }

    [GeneratedRegex(@"listening on:? http://127\.0\.0\.1:([0-9]+)")]
    private static partial Regex Listening();
}

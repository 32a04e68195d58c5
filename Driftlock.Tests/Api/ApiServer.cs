using System.Globalization;
using System.Net.Http.Headers;
using Driftlock.Tests.Fixtures;

namespace Driftlock.Tests.Api;

/// <summary>The real Api, as a process, on free loopback ports.</summary>
public sealed class ApiServer : IAsyncDisposable
{
    private readonly ServiceProcess _process;

    private ApiServer(ServiceProcess process, int rest, int grpc, int http)
    {
        _process = process;
        Rest = Address(rest);
        Otlp = new OtlpClient(Address(http), Address(grpc));
        OtlpHttp = Address(http);
        OtlpGrpc = Address(grpc);
    }

    public Uri Rest { get; }

    public Uri OtlpHttp { get; }

    public Uri OtlpGrpc { get; }

    internal OtlpClient Otlp { get; }

    public string Log => _process.Log;

    internal int ProcessId => _process.ProcessId;

    /// <param name="database">A database that was set up.</param>
    /// <param name="settings">Configuration keys with <c>__</c> for the colon, as the environment has them.</param>
    public static async Task<ApiServer> StartAsync(string database, params (string Name, string Value)[] settings)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (rest, grpc, http) = (FreePort.Take(), FreePort.Take(), FreePort.Take());
            var process = await ServiceProcess.StartAsync("Driftlock.Api",
            [
                ("ConnectionStrings__driftlock", database),
                ("ASPNETCORE_URLS", Address(rest).ToString()),
                ("OTLP_GRPC_PORT", grpc.ToString(CultureInfo.InvariantCulture)),
                ("OTLP_HTTP_PORT", http.ToString(CultureInfo.InvariantCulture)),
                .. settings,
            ]);
            if (await process.BecomesHealthyAsync(new Uri(Address(rest), "health"))) return new ApiServer(process, rest, grpc, http);
            var log = process.Log;
            await process.DisposeAsync();
            if (attempt == 3 || !log.Contains("in use", StringComparison.Ordinal)) throw new InvalidOperationException($"The Api ended: {log}");
        }
    }

    /// <param name="key">Sent as a bearer token; null sends none.</param>
    public HttpClient Client(string? key)
    {
        var client = new HttpClient { BaseAddress = Rest, Timeout = TimeSpan.FromSeconds(30) };
        if (key is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        Otlp.Dispose();
        await _process.DisposeAsync();
    }

    private static Uri Address(int port) => new($"http://127.0.0.1:{port}");
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Driftlock.Benchmarks.Load;

/// <summary>
/// What Kestrel alone costs: a process of its own that reads a request to its end and answers as many bytes as its path says, over HTTP/1.1
/// and HTTP/2. It ends when its input closes, so also when the runner was killed.
/// </summary>
internal sealed class BareEndpoint : IAsyncDisposable
{
    /// <summary>The word by which the runner starts itself as this.</summary>
    public const string Verb = "bare-endpoint";

    private const int MostBytes = 16 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private BareEndpoint(Process process, LoadTarget target) => (_process, Target) = (process, target);

    public LoadTarget Target { get; }

    public static string PathFor(int answerBytes) => string.Create(CultureInfo.InvariantCulture, $"/{answerBytes}");

    public static async Task<BareEndpoint> StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(BareEndpoint).Assembly.Location, "load", Verb])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("the bare endpoint did not start");
        var http = await process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Patience, cancellationToken);
        var http2 = await process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Patience, cancellationToken);
        if (http is null || http2 is null) throw new InvalidOperationException("the bare endpoint ended at its start");
        return new BareEndpoint(process, new LoadTarget(new Uri(http), new Uri(http), new Uri(http2)));
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
    }

    /// <summary>The other side: prints its two addresses and serves until its input ends.</summary>
    public static async Task<int> ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        await using var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync();
        foreach (var address in app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses) Console.WriteLine(address);
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
        return 0;
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        _ = int.TryParse(context.Request.Path.Value.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes);
        var answer = new byte[Math.Min(bytes, MostBytes)];
        if (HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(answer, context.RequestAborted);
            context.Response.AppendTrailer("grpc-status", "0");
            return;
        }
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Driftlock.Tests.ServiceDefaults;

/// <summary>Takes OTLP over HTTP/protobuf or gRPC and keeps what came; names and values stand in the messages as plain text.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, string Body)> _received = [];
    private readonly TestApp _app;

    private OtlpReceiver(TestApp app, ConcurrentQueue<(string Path, string Body)> received)
    {
        _app = app;
        _received = received;
    }

    public Uri Address => _app.Address;

    public static async Task<OtlpReceiver> StartAsync(bool grpc)
    {
        var received = new ConcurrentQueue<(string Path, string Body)>();
        var builder = TestApp.CreateBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, 0, listen => listen.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var app = await TestApp.StartAsync(builder, a => a.MapPost("/{**path}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            received.Enqueue((context.Request.Path.Value!, Encoding.Latin1.GetString(body.ToArray())));
            context.Response.ContentType = context.Request.ContentType;
            if (grpc)
            {
                await context.Response.Body.WriteAsync(new byte[5], context.RequestAborted);
                context.Response.AppendTrailer("grpc-status", "0");
            }
        }));
        return new OtlpReceiver(app, received);
    }

    /// <summary>Everything received so far for a signal ("trace", "metric" or "log"), as text.</summary>
    public string Text(string signal) =>
        string.Join('\n', _received.Where(r => r.Path.Contains(signal, StringComparison.OrdinalIgnoreCase)).Select(r => r.Body));

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

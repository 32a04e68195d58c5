using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace Driftlock.Tests.Conformance;

/// <summary>What goes between an exporter and the Api, seen (and damaged, if a test wants it) where the exporter's HttpClient hands it over.</summary>
internal sealed class Wire
{
    private readonly ConcurrentQueue<Passed> _requests = [];

    /// <summary>Cuts every body in half.</summary>
    public bool Damages { get; init; }

    /// <summary>Called with each answer, before the exporter gets it.</summary>
    public Func<Passed, Task> Answered { get; init; } = static _ => Task.CompletedTask;

    /// <summary>In the order of their answers.</summary>
    public IReadOnlyCollection<Passed> Requests => _requests;

    public DelegatingHandler Handler() => new Watching(this);

    /// <param name="Sent">Timestamps of <see cref="Stopwatch"/>, as is <paramref name="Received"/>.</param>
    /// <param name="Received">When its answer came.</param>
    /// <param name="IsGzip">By its headers.</param>
    /// <param name="Http">Status.</param>
    /// <param name="Grpc">grpc-status, wherever it stood; null when there was none.</param>
    /// <param name="Asked">How long it asks the exporter to wait.</param>
    internal sealed record Passed(long Sent, long Received, bool IsGzip, HttpStatusCode Http, string? Grpc, TimeSpan? Asked);

    private sealed class Watching(Wire wire) : DelegatingHandler(new SocketsHttpHandler())
    {
        // The exporter sends OTLP/HTTP synchronously; what passes here may wait for an answer either way.
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
            SendAsync(request, cancellationToken).GetAwaiter().GetResult();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var sent = Stopwatch.GetTimestamp();
            var isGzip = request.Content!.Headers.ContentEncoding.Contains("gzip")
                || (request.Headers.TryGetValues("grpc-encoding", out var encodings) && encodings.Contains("gzip"));
            if (wire.Damages) request.Content = await HalfAsync(request.Content, cancellationToken);
            var answer = await base.SendAsync(request, cancellationToken);
            // Trailers are there when the body is.
            await answer.Content.LoadIntoBufferAsync(cancellationToken);
            var grpc = answer.TrailingHeaders.TryGetValues("grpc-status", out var status) || answer.Headers.TryGetValues("grpc-status", out status) ? status.Single() : null;
            var passed = new Passed(sent, Stopwatch.GetTimestamp(), isGzip, answer.StatusCode, grpc, AskedBy(answer));
            wire._requests.Enqueue(passed);
            await wire.Answered(passed);
            return answer;
        }

        // Over gRPC: google.rpc.Status in base64, whose last field is RetryInfo.retry_delay, here of whole seconds: 0a 04 08 05 10 00.
        private static TimeSpan? AskedBy(HttpResponseMessage answer) =>
            answer.Headers.RetryAfter?.Delta is { } delta ? delta
            : answer.TrailingHeaders.TryGetValues("grpc-status-details-bin", out var details) && Convert.FromBase64String(details.Single()) is [.., 0x0a, 4, 8, var seconds, 0x10, 0]
                ? TimeSpan.FromSeconds(seconds)
            : null;

        private static async Task<HttpContent> HalfAsync(HttpContent content, CancellationToken cancellationToken)
        {
            var bytes = await content.ReadAsByteArrayAsync(cancellationToken);
            var half = new ByteArrayContent(bytes, 0, bytes.Length / 2);
            foreach (var (name, values) in content.Headers.Where(header => header.Key != "Content-Length")) half.Headers.TryAddWithoutValidation(name, values);
            return half;
        }
    }
}

using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Driftlock.Benchmarks.Load;

/// <param name="Rest">Of the REST API.</param>
/// <param name="OtlpHttp">Of OTLP/HTTP.</param>
/// <param name="OtlpGrpc">Of OTLP/gRPC, HTTP/2 without TLS.</param>
internal sealed record LoadTarget(Uri Rest, Uri OtlpHttp, Uri OtlpGrpc);

/// <summary>Sends requests with the keys in turns, and reads each answer to its end. Never throws for what the other side does.</summary>
internal sealed class LoadSender : IDisposable
{
    public const int MostConnections = 256;

    private const int GrpcPrefixBytes = 5;
    private const string GrpcUnavailable = "14";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        MaxConnectionsPerServer = MostConnections, EnableMultipleHttp2Connections = true, PooledConnectionLifetime = Timeout.InfiniteTimeSpan, UseProxy = false,
        ConnectTimeout = Patience,
    })
    {
        Timeout = Patience,
    };

    private readonly LoadTarget _target;
    private readonly AuthenticationHeaderValue[] _keys;
    private int _next;

    public LoadSender(LoadTarget target, IReadOnlyList<string> keys) =>
        (_target, _keys) = (target, [.. keys.Select(key => new AuthenticationHeaderValue("Bearer", key))]);

    public void Dispose() => _client.Dispose();

    public async Task<Answer> SendAsync(LoadRequest kind, CancellationToken cancellationToken)
    {
        try
        {
            using var request = Make(kind);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return kind.Transport == Transport.OtlpGrpc ? OfGrpc(response, bytes.Length) : Of(response, bytes.Length);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Answer(AnswerKind.Failed, "no answer", 0);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new Answer(AnswerKind.Failed, e is HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } known ? $"{known.HttpRequestError}" : "broken", 0);
        }
    }

    private HttpRequestMessage Make(LoadRequest kind)
    {
        var address = kind.Transport switch { Transport.Rest => _target.Rest, Transport.OtlpHttp => _target.OtlpHttp, _ => _target.OtlpGrpc };
        var request = new HttpRequestMessage(kind.Body is null ? HttpMethod.Get : HttpMethod.Post, new Uri(address, kind.Path));
        if (_keys.Length > 0) request.Headers.Authorization = _keys[(uint)Interlocked.Increment(ref _next) % (uint)_keys.Length];
        if (kind.Transport == Transport.OtlpGrpc)
        {
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
            request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        }
        if (kind.Body is null) return request;
        request.Content = new ByteArrayContent(kind.Transport == Transport.OtlpGrpc ? Frame(kind.Body()) : kind.Body());
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(kind.ContentType!);
        return request;
    }

    /// <summary>Length-Prefixed-Message: not compressed, length big-endian.</summary>
    private static byte[] Frame(byte[] message)
    {
        var frame = new byte[GrpcPrefixBytes + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, GrpcPrefixBytes);
        return frame;
    }

    private static Answer Of(HttpResponseMessage response, int bytes)
    {
        var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (response.IsSuccessStatusCode) return new Answer(AnswerKind.Good, status, bytes);
        if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)) return new Answer(AnswerKind.Failed, status, bytes);
        return response.Headers.RetryAfter is null
            ? new Answer(AnswerKind.Failed, $"{status} without Retry-After", bytes)
            : new Answer(AnswerKind.Refused, status, bytes);
    }

    /// <summary>"OTLP/gRPC Throttling": UNAVAILABLE, with RetryInfo in its details.</summary>
    private static Answer OfGrpc(HttpResponseMessage response, int bytes)
    {
        var status = Trailer("grpc-status");
        if (!response.IsSuccessStatusCode || status is null) return new Answer(AnswerKind.Failed, $"{(int)response.StatusCode} without grpc-status", bytes);
        if (status == "0") return new Answer(AnswerKind.Good, "grpc 0", bytes);
        return status == GrpcUnavailable && Trailer("grpc-status-details-bin") is not null
            ? new Answer(AnswerKind.Refused, $"grpc {status}", bytes)
            : new Answer(AnswerKind.Failed, $"grpc {status}", bytes);

        string? Trailer(string name) =>
            response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? values.First() : null;
    }
}

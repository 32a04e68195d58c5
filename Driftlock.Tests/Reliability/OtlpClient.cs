using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Driftlock.Tests.Reliability;

internal enum Answer
{
    Acknowledged,

    /// <summary>Nobody knows whether it was taken: no answer, or one that invites a retry.</summary>
    TryAgain,

    Refused,
}

/// <summary>One attempt to send a logs request over OTLP/gRPC or OTLP/HTTP, and what its outcome means by OTLP 1.11.</summary>
internal sealed class OtlpClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // grpc-status codes that OTLP calls retryable: cancelled, deadline exceeded, aborted, out of range, unavailable, data loss.
    private static readonly string[] RetryableStatus = ["1", "4", "10", "11", "14", "15"];

    private readonly HttpClient _client;
    private readonly Uri _address;
    private readonly bool _grpc;

    public OtlpClient(Uri address, bool grpc, string apiKey)
    {
        _grpc = grpc;
        _address = new Uri(address, grpc ? "/opentelemetry.proto.collector.logs.v1.LogsService/Export" : "/v1/logs");
        _client = new HttpClient { Timeout = Patience };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
    }

    /// <summary>Seconds that the last answer asked to wait; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; private set; }

    /// <summary>What a refusal said.</summary>
    public string? Reason { get; private set; }

    public async Task<Answer> SendAsync(byte[] body, CancellationToken cancellationToken)
    {
        RetryAfter = null;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = Content(body) };
            if (_grpc) (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
            using var response = await _client.SendAsync(request, cancellationToken);
            return _grpc ? OfGrpc(response) : OfHttp(response);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Answer.TryAgain;
        }
    }

    public void Dispose() => _client.Dispose();

    private ByteArrayContent Content(byte[] body)
    {
        var framed = body;
        if (_grpc)
        {
            framed = new byte[5 + body.Length];
            BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), body.Length);
            body.CopyTo(framed, 5);
        }
        var content = new ByteArrayContent(framed);
        content.Headers.ContentType = new MediaTypeHeaderValue(_grpc ? "application/grpc" : "application/x-protobuf");
        return content;
    }

    private Answer OfHttp(HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.OK) return Answer.Acknowledged;
        RetryAfter = response.Headers.RetryAfter?.Delta;
        Reason = $"HTTP {(int)response.StatusCode}";
        return response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout ? Answer.TryAgain : Answer.Refused;
    }

    private Answer OfGrpc(HttpResponseMessage response)
    {
        var status = First(response.TrailingHeaders) ?? First(response.Headers);
        Reason = string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)response.StatusCode}, grpc-status {status ?? "missing"}");
        if (response.StatusCode == HttpStatusCode.OK && status == "0") return Answer.Acknowledged;
        // Without a status the stream was cut off: UNAVAILABLE by gRPC's rules.
        return response.StatusCode == HttpStatusCode.OK && (status is null || RetryableStatus.Contains(status)) ? Answer.TryAgain : Answer.Refused;
    }

    private static string? First(HttpHeaders headers) => headers.TryGetValues("grpc-status", out var values) ? values.First() : null;
}

using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry;
using Driftlock.Tests.Telemetry;

namespace Driftlock.Tests.Api;

public enum Transport
{
    Protobuf,
    Json,
    Grpc,
}

/// <summary>An answer, in the same terms for all transports.</summary>
/// <param name="Http">HTTP status; 200 for whatever gRPC says.</param>
/// <param name="Grpc">Status code: of gRPC, or of the Status message of OTLP/HTTP; 0 on success.</param>
/// <param name="RetryAfter">The header's, or that of gRPC's RetryInfo.</param>
internal sealed record OtlpAnswer(int Http, int Grpc, string Message, TimeSpan? RetryAfter, long Rejected, string? ContentType)
{
    public bool IsSuccess => Http == 200 && Grpc == 0;
}

/// <summary>Speaks OTLP with no exporter in between, so that it can say what no exporter says.</summary>
internal sealed class OtlpClient(Uri http, Uri grpc) : IDisposable
{
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(30) };

    public static byte[] Gzip(byte[] plain, CompressionLevel level = CompressionLevel.Fastest)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, level)) gzip.Write(plain);
        return target.ToArray();
    }

    public static byte[] Encode(Transport transport, string json) =>
        transport == Transport.Json ? Encoding.UTF8.GetBytes(json) : OtlpTranscoder.ToProtobuf(Encoding.UTF8.GetBytes(json));

    /// <param name="json">The request as OTLP/JSON; transcoded where the transport wants protobuf.</param>
    public Task<OtlpAnswer> SendAsync(Transport transport, string? key, string json, Signal signal = Signal.Logs, bool gzip = false) =>
        SendAsync(transport, key, Encode(transport, json), signal, gzip);

    public Task<OtlpAnswer> SendAsync(Transport transport, string? key, byte[] body, Signal signal = Signal.Logs, bool gzip = false, string? contentType = null)
    {
        if (gzip) body = Gzip(body);
        return SendEncodedAsync(transport, key, body, signal, gzip ? "gzip" : null, contentType);
    }

    /// <param name="body">As it goes over the wire, without gRPC's frame.</param>
    public async Task<OtlpAnswer> SendEncodedAsync(
        Transport transport, string? key, byte[] body, Signal signal = Signal.Logs, string? encoding = null, string? contentType = null)
    {
        using var request = transport == Transport.Grpc ? Grpc(signal, body, encoding) : Http(transport, signal, body, encoding);
        if (contentType is not null) request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        var content = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return transport == Transport.Grpc ? ReadGrpc(answer, content) : ReadHttp(answer, content);
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage Http(Transport transport, Signal signal, byte[] body, string? encoding)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(transport == Transport.Json ? "application/json" : "application/x-protobuf");
        if (encoding is not null) content.Headers.ContentEncoding.Add(encoding);
        return new HttpRequestMessage(HttpMethod.Post, new Uri(http, "v1/" + signal.ToString().ToLowerInvariant())) { Content = content };
    }

    private HttpRequestMessage Grpc(Signal signal, byte[] body, string? encoding)
    {
        var framed = new byte[5 + body.Length];
        framed[0] = encoding is null ? (byte)0 : (byte)1;
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), body.Length);
        body.CopyTo(framed, 5);
        var content = new ByteArrayContent(framed);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        var (package, service) = signal switch { Signal.Logs => ("logs", "Logs"), Signal.Metrics => ("metrics", "Metrics"), _ => ("trace", "Trace") };
        var path = $"opentelemetry.proto.collector.{package}.v1.{service}Service/Export";
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(grpc, path))
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = content,
        };
        request.Headers.TE.ParseAdd("trailers");
        if (encoding is not null) request.Headers.Add("grpc-encoding", encoding);
        return request;
    }

    private static OtlpAnswer ReadGrpc(HttpResponseMessage answer, byte[] content)
    {
        string? Header(string name) =>
            answer.TrailingHeaders.TryGetValues(name, out var values) || answer.Headers.TryGetValues(name, out values) ? values.Single() : null;
        OtlpResponse.TryReadPartialSuccess(content.Length > 5 ? content.AsSpan(5) : default, out var rejected, out var warning);
        return new OtlpAnswer(
            (int)answer.StatusCode, int.Parse(Header("grpc-status") ?? "-1", CultureInfo.InvariantCulture),
            warning ?? Uri.UnescapeDataString(Header("grpc-message") ?? ""), GrpcRetryInfo.Delay(Header("grpc-status-details-bin")), rejected,
            answer.Content.Headers.ContentType?.MediaType);
    }

    private static OtlpAnswer ReadHttp(HttpResponseMessage answer, byte[] content)
    {
        var type = answer.Content.Headers.ContentType?.MediaType;
        var (code, message, rejected) = (0, "", 0L);
        if (type == "application/json" && content.Length > 0)
        {
            using var json = JsonDocument.Parse(content);
            if (json.RootElement.TryGetProperty("code", out var status)) code = status.GetInt32();
            if (json.RootElement.TryGetProperty("message", out var text)) message = text.GetString()!;
            if (json.RootElement.TryGetProperty("partialSuccess", out var partial))
            {
                message = partial.GetProperty("errorMessage").GetString()!;
                rejected = partial.EnumerateObject().Where(field => field.Name.StartsWith("rejected", StringComparison.Ordinal))
                    .Sum(field => long.Parse(field.Value.GetString()!, CultureInfo.InvariantCulture));
            }
        }
        else if (type == "application/x-protobuf" && answer.IsSuccessStatusCode)
        {
            if (OtlpResponse.TryReadPartialSuccess(content, out rejected, out var warning)) message = warning ?? "";
        }
        else if (type == "application/x-protobuf") (code, message) = ReadStatus(content);
        return new OtlpAnswer((int)answer.StatusCode, code, message, answer.Headers.RetryAfter?.Delta, rejected, type);
    }

    /// <summary>google.rpc.Status {int32 code = 1; string message = 2}, written with the code first.</summary>
    private static (int Code, string Message) ReadStatus(ReadOnlySpan<byte> status)
    {
        Assert.Equal(0x08, status[0]);
        int code = status[1];
        Assert.Equal(0x12, status[2]);
        var rest = status[3..];
        var length = (int)Varint.Read(ref rest);
        Assert.Equal(length, rest.Length);
        return (code, Encoding.UTF8.GetString(rest));
    }
}

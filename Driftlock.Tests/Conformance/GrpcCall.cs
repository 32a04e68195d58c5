using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Driftlock.Tests.Conformance;

/// <summary>One unary call whose bytes, headers and path the test decides, and where its status stood in the answer.</summary>
internal sealed class GrpcCall : IDisposable
{
    public const string LogsExport = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";

    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(30) };

    private readonly HttpResponseMessage _answer;

    private GrpcCall(HttpResponseMessage answer, byte[] body)
    {
        _answer = answer;
        Body = body;
    }

    public HttpStatusCode Http => _answer.StatusCode;

    public byte[] Body { get; }

    public bool StatusIsInTrailers => _answer.TrailingHeaders.Contains("grpc-status");

    public int Status => int.Parse(Header("grpc-status") ?? "-1", CultureInfo.InvariantCulture);

    public string Message => Uri.UnescapeDataString(Header("grpc-message") ?? "");

    /// <summary>Length-Prefixed-Message, with a length that may be a lie.</summary>
    public static byte[] Frame(byte flag, byte[] message, uint? length = null)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), length ?? (uint)message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    public static Task<GrpcCall> SendAsync(Uri server, string key, byte[] body, params (string Name, string Value)[] headers) =>
        SendAsync(server, LogsExport, key, body, headers);

    public static async Task<GrpcCall> SendAsync(Uri server, string path, string key, byte[] body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, path))
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        var answer = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return new GrpcCall(answer, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    public string? Header(string name) =>
        _answer.TrailingHeaders.TryGetValues(name, out var values) || _answer.Headers.TryGetValues(name, out values) ? values.Single() : null;

    public void Dispose() => _answer.Dispose();
}

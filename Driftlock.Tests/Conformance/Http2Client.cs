using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Driftlock.Tests.Conformance;

/// <summary>
/// One stream of HTTP/2 (RFC 9113), frame by frame, so that a test can send what no gRPC client would. Headers go out as HPACK literals;
/// of the answer, frames are told apart and grpc-status is found by its bytes, which our server does not compress.
/// </summary>
internal sealed class Http2Client : IDisposable
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte Reset = 3;
    public const byte GoAway = 7;
    public const byte EndStream = 1;

    private const byte Settings = 4;
    private const byte EndHeaders = 4;
    private const int Stream = 1;
    private const int FrameHeaderBytes = 9;

    private readonly RawClient _client;

    private Http2Client(RawClient client) => _client = client;

    public static async Task<Http2Client> ConnectAsync(Uri server)
    {
        var client = await RawClient.ConnectAsync(server);
        await client.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Frame(Settings, 0, 0, []));
        return new Http2Client(client);
    }

    public Task BeginExportAsync(string key, params (string Name, string Value)[] headers) => SendAsync(Headers, 0, Encode(
    [
        (":method", "POST"), (":scheme", "http"), (":path", GrpcCall.LogsExport), (":authority", "driftlock"),
        ("content-type", "application/grpc"), ("te", "trailers"), ("authorization", $"Bearer {key}"), .. headers,
    ]));

    public Task SendTrailersAsync(params (string Name, string Value)[] trailers) => SendAsync(Headers, EndStream, Encode(trailers));

    public Task SendDataAsync(byte[] data, bool isLast) => SendAsync(Data, isLast ? EndStream : (byte)0, data);

    /// <summary>RST_STREAM with CANCEL.</summary>
    public Task CancelAsync() => SendAsync(Reset, 0, [0, 0, 0, 8]);

    public Task SendAsync(byte type, byte flags, byte[] payload) =>
        _client.SendAsync("", Frame(type, type == Headers ? (byte)(flags | EndHeaders) : flags, Stream, payload));

    /// <summary>Closes the connection with RST.</summary>
    public void ResetConnection() => _client.Reset();

    /// <summary>Frames of our stream, and GOAWAY, until the stream or the connection ends.</summary>
    public async Task<List<(byte Type, byte Flags, byte[] Payload)>> ReadAsync()
    {
        var bytes = await _client.ReadBytesAsync(read => Parse(read).Any(frame => frame.Type is Reset or GoAway || (frame.Type is Data or Headers && (frame.Flags & EndStream) != 0)));
        return Parse(bytes);
    }

    /// <returns>-1 when no frame of headers has one.</returns>
    public static int StatusIn(List<(byte Type, byte Flags, byte[] Payload)> frames)
    {
        foreach (var (_, _, payload) in frames.Where(frame => frame.Type == Headers))
        {
            var name = payload.AsSpan().IndexOf("grpc-status"u8);
            if (name < 0) continue;
            var value = payload.AsSpan(name + "grpc-status".Length);
            return int.Parse(Encoding.ASCII.GetString(value.Slice(1, value[0])), CultureInfo.InvariantCulture);
        }
        return -1;
    }

    public void Dispose() => _client.Dispose();

    private static List<(byte Type, byte Flags, byte[] Payload)> Parse(byte[] read)
    {
        var frames = new List<(byte, byte, byte[])>();
        for (var at = 0; at + FrameHeaderBytes <= read.Length;)
        {
            var length = read[at] << 16 | read[at + 1] << 8 | read[at + 2];
            if (at + FrameHeaderBytes + length > read.Length) break;
            var stream = BinaryPrimitives.ReadInt32BigEndian(read.AsSpan(at + 5));
            if (stream == Stream || read[at + 3] == GoAway) frames.Add((read[at + 3], read[at + 4], read[(at + FrameHeaderBytes)..(at + FrameHeaderBytes + length)]));
            at += FrameHeaderBytes + length;
        }
        return frames;
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload) =>
    [
        (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags,
        0, 0, 0, (byte)stream, .. payload,
    ];

    /// <summary>Literal Header Field without Indexing, New Name (RFC 7541, 6.2.2); lengths under 127 take one byte.</summary>
    private static byte[] Encode((string Name, string Value)[] headers) =>
    [
        .. headers.SelectMany<(string Name, string Value), byte>(header =>
            [0, (byte)header.Name.Length, .. Encoding.ASCII.GetBytes(header.Name), (byte)header.Value.Length, .. Encoding.ASCII.GetBytes(header.Value)]),
    ];
}

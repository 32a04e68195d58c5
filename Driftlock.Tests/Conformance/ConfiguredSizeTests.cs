using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Conformance;

/// <summary>The limit is the configured one, to the byte; and no answer comes near the 4 MiB that a client reads of it.</summary>
[Collection(SharedLimitedApi.Name)]
public sealed class ConfiguredSizeTests(LimitedApi host)
{
    /// <summary>Characters. A client may stop reading an answer at 4 MiB, and gRPC puts its words into a header.</summary>
    private const int LongestAnswer = 4_096;

    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public async Task A_request_of_the_limit_is_taken_and_one_byte_more_is_not(Transport transport, Signal signal)
    {
        foreach (var gzip in (bool[])[false, true])
        {
            var tenant = await host.Database.AddTenantAsync();
            var exact = OfLength(transport, signal, LimitedApi.RequestBytes);
            (await host.Api.Otlp.SendAsync(transport, tenant.Ingest, exact, signal, gzip)).IsFullSuccess(transport);
            var longer = OfLength(transport, signal, LimitedApi.RequestBytes + 1);
            (await host.Api.Otlp.SendAsync(transport, tenant.Ingest, longer, signal, gzip)).IsRefused(transport, 413, Ways.ResourceExhausted);
            Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
        }
    }

    [Theory]
    [InlineData(Transport.Protobuf)]
    [InlineData(Transport.Json)]
    [InlineData(Transport.Grpc)]
    public async Task However_long_the_request_is_the_answer_is_short(Transport transport)
    {
        var tenant = await host.Database.AddTenantAsync();
        var noise = new string('\u00e9', 20_000);
        (string Json, bool IsCut)[] requests =
        [
            ($$"""{"{{noise}}":1""", true),
            ($$"""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"{{noise}}"}]}]}]}""", false),
            ($$"""{"resourceLogs":[{"scopeLogs":[{"scope":{"name":"{{noise}}"},"logRecords":[{}]},{"scope":{"name":"{{noise}}b"},"logRecords":[{}]}]}]}""", false),
        ];
        foreach (var (json, isCut) in requests)
        {
            var body = transport == Transport.Json || isCut || json.Contains("timeUnixNano", StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(json) : OtlpClient.Encode(transport, json);
            var answer = await host.Api.Otlp.SendAsync(transport, tenant.Ingest, body);
            Assert.InRange(answer.Message.Length, 1, LongestAnswer);
        }
    }

    /// <summary>Three items, and a field of a later version to fill up.</summary>
    private static byte[] OfLength(Transport transport, Signal signal, int length)
    {
        var three = OtlpClient.Encode(transport, OtlpJson.Three(signal));
        if (transport == Transport.Json)
        {
            var padding = length - three.Length - """, "x":"" """.TrimEnd().Length;
            return [.. three[..^1], .. Encoding.UTF8.GetBytes($", \"x\":\"{new string(' ', padding)}\""), (byte)'}'];
        }
        // Field 2047, bytes, with a length in three bytes.
        var left = length - three.Length - 5;
        return [.. three, 0xFA, 0x7F, (byte)(left | 0x80), (byte)((left >> 7) | 0x80), (byte)(left >> 14), .. new byte[left]];
    }
}

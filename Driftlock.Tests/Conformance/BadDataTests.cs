using System.Text.Json;
using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Conformance;

/// <summary>OTLP 1.11, "Bad Data": what no sender should send is refused for good, in the type of the request, and the service goes on.</summary>
[Collection(SharedApi.Name)]
public sealed class BadDataTests(ApiHost host)
{
    private const string Body = "BODY";

    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public async Task A_truncated_request_is_bad_data_wherever_it_is_cut(Transport transport, Signal signal)
    {
        var tenant = await host.AddTenantAsync();
        var body = OtlpClient.Encode(transport, OtlpJson.Three(signal));
        foreach (var length in (int[])[1, body.Length / 3, body.Length / 2, body.Length - 1])
        {
            ExpectBadData(transport, await host.Api.Otlp.SendAsync(transport, tenant.Ingest, body[..length], signal));
        }
        Assert.Equal(0, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public async Task A_request_in_the_other_encoding_is_bad_data(Transport transport, Signal signal)
    {
        var tenant = await host.AddTenantAsync();
        var body = OtlpClient.Encode(transport == Transport.Json ? Transport.Protobuf : Transport.Json, OtlpJson.Three(signal));
        ExpectBadData(transport, await host.Api.Otlp.SendAsync(transport, tenant.Ingest, body, signal));
    }

    [Theory]
    [InlineData(Signal.Logs, """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{},{"timeUnixNano":"soon"}]}]}]}""", "resourceLogs[0].scopeLogs[0].logRecords[1]: timeUnixNano")]
    [InlineData(Signal.Metrics, """{"resourceMetrics":[{"scopeMetrics":{}}]}""", "an array is right")]
    [InlineData(Signal.Traces, """{"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":[]}]}]}]}""", "kind")]
    public async Task The_message_names_the_field_and_what_is_right(Signal signal, string json, string part)
    {
        var answer = await host.Api.Otlp.SendAsync(Transport.Json, (await host.AddTenantAsync()).Ingest, json, signal);
        ExpectBadData(Transport.Json, answer);
        Assert.Contains(part, answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Transport.Protobuf)]
    [InlineData(Transport.Json)]
    [InlineData(Transport.Grpc)]
    public async Task Nesting_too_deep_for_any_stack_is_bad_data(Transport transport)
    {
        var tenant = await host.AddTenantAsync();
        var body = transport == Transport.Json ? DeepJson(100_000) : DeepProtobuf(20_000);
        ExpectBadData(transport, await host.Api.Otlp.SendAsync(transport, tenant.Ingest, body));
    }

    [Theory]
    [InlineData(Transport.Protobuf)]
    [InlineData(Transport.Json)]
    [InlineData(Transport.Grpc)]
    public async Task Invalid_UTF8_loses_neither_its_event_nor_the_others(Transport transport)
    {
        var tenant = await host.AddTenantAsync();
        var body = OtlpClient.Encode(transport, OtlpJson.Logs("shop", ["before", Body, "after"]));
        var bad = body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Body));
        new byte[] { 0xFF, 0xC0, 0xAF, 0xED }.CopyTo(body, bad);
        var answer = await host.Api.Otlp.SendAsync(transport, tenant.Ingest, body);
        Assert.True(answer.IsSuccess && answer.Rejected == 0, answer.ToString());
        Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("9223372036854775807")]
    [InlineData("18446744073709551615")]
    public async Task A_time_in_1970_in_2262_or_later_is_taken(string time)
    {
        var tenant = await host.AddTenantAsync();
        foreach (var transport in Enum.GetValues<Transport>())
        {
            var answer = await host.Api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Logs("shop", [$"{transport}"], time));
            Assert.True(answer.IsSuccess, answer.ToString());
        }
        Assert.Equal(3, await host.Database.EventsInLogAsync(tenant));
    }

    [Fact]
    public async Task A_missing_service_name_gets_the_name_that_OpenTelemetry_gives_it()
    {
        var tenant = await host.AddTenantAsync();
        foreach (var transport in Enum.GetValues<Transport>())
        {
            Assert.True((await host.Api.Otlp.SendAsync(transport, tenant.Ingest, OtlpJson.Logs(null, [$"{transport}"]))).IsSuccess);
        }
        using var client = host.Api.Client(tenant.Read);
        using var streams = JsonDocument.Parse(await client.GetStringAsync(new Uri("api/v1/streams", UriKind.Relative), TestContext.Current.CancellationToken));
        Assert.Equal("unknown_service", Assert.Single(streams.RootElement.GetProperty("items").EnumerateArray()).GetProperty("service").GetString());
    }

    private static void ExpectBadData(Transport transport, OtlpAnswer answer) => answer.IsRefused(transport, 400, Ways.InvalidArgument);

    private static byte[] DeepJson(int levels)
    {
        var deep = new StringBuilder().Insert(0, """{"arrayValue":{"values":[""", levels).Insert(levels * 25, "]}}", levels).ToString();
        return Encoding.UTF8.GetBytes(OtlpJson.Logs("shop", [Body]).Replace($$"""{"stringValue":"{{Body}}"}""", deep, StringComparison.Ordinal));
    }

    /// <summary>AnyValue.array_value = 5, ArrayValue.values = 1, from the inside out; then LogRecord.body = 5 and what is around it.</summary>
    private static byte[] DeepProtobuf(int levels)
    {
        var reversed = new List<byte>();
        void Wrap(int field)
        {
            Span<byte> length = stackalloc byte[Varint.MaxBytes];
            var bytes = Varint.Write(length, (ulong)reversed.Count);
            for (var i = bytes - 1; i >= 0; i--) reversed.Add(length[i]);
            reversed.Add((byte)(field << 3 | 2));
        }
        for (var i = 0; i < levels; i++)
        {
            Wrap(1);
            Wrap(5);
        }
        foreach (var field in (int[])[5, 2, 2, 1]) Wrap(field);
        reversed.Reverse();
        return [.. reversed];
    }
}

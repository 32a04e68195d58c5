using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry;
using FsCheck;
using FsCheck.Fluent;

namespace Driftlock.Tests.Telemetry;

/// <summary>Whatever arrives, the readers answer with a batch or an <see cref="OtlpFormatException"/>. FsCheck prints the seed of a failure.</summary>
public sealed class FuzzTests
{
    internal static readonly byte[][] Seeds =
    [
        Encoding.UTF8.GetBytes(BatchText.OneLog("""{"timeUnixNano":"7","severityNumber":9,"severityText":"INFO","traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","body":{"kvlistValue":{"values":[{"key":"a\u00e9","value":{"arrayValue":{"values":[{"intValue":"1"},{"doubleValue":1.5},{"boolValue":true},{"bytesValue":"AAEC"}]}}}]}},"attributes":[{"key":"password","value":{"stringValue":"x"}}],"eventName":"e"}""")),
        """{"resourceMetrics":[{"resource":{},"scopeMetrics":[{"metrics":[{"name":"h","unit":"s","histogram":{"aggregationTemporality":1,"dataPoints":[{"timeUnixNano":"6","count":"3","sum":4.5,"bucketCounts":["1","2"],"explicitBounds":[0.1],"max":4,"attributes":[{"key":"b","value":{"stringValue":"1"}},{"key":"a","value":{"stringValue":"2"}}]}]}},{"name":"e","exponentialHistogram":{"aggregationTemporality":2,"dataPoints":[{"count":"6","scale":-2,"zeroCount":"1","positive":{"offset":-4,"bucketCounts":["2","1"]}}]}},{"name":"s","summary":{"dataPoints":[{"quantileValues":[{"quantile":0.5,"value":1.5}]}]}},{"name":"g","gauge":{"dataPoints":[{"asInt":"-3"}]}}]}]}]}"""u8.ToArray(),
        """{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"s"}}]},"scopeSpans":[{"scope":{"name":"n"},"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":"op","kind":2,"startTimeUnixNano":"5","endTimeUnixNano":"9","status":{"code":2,"message":"bad"},"events":[{"name":"exception","attributes":[{"key":"m","value":{"stringValue":"v"}}]}]}]}]}]}"""u8.ToArray(),
    ];

    [Fact]
    public void A_changed_or_cut_request_never_ends_in_another_exception() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<(int Seed, bool Json, (NonNegativeInt At, byte Value)[] Changes, NonNegativeInt Cut)>(),
            input =>
            {
                var signal = (Signal)(1 + (uint)input.Seed % 3);
                var json = Seeds[(int)signal - 1];
                var body = input.Json ? json.ToArray() : OtlpTranscoder.ToProtobuf(json);
                foreach (var (at, value) in input.Changes) body[at.Get % body.Length] = value;
                if (input.Cut.Get % 3 == 0) body = body[..(input.Cut.Get % body.Length)];
                ReadsOrRefuses(signal, input.Json ? OtlpEncoding.Json : OtlpEncoding.Protobuf, body);
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void Random_bytes_never_end_in_another_exception() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte[] Body, int Seed)>(), input =>
        {
            var signal = (Signal)(1 + (uint)input.Seed % 3);
            ReadsOrRefuses(signal, OtlpEncoding.Protobuf, input.Body ?? []);
            ReadsOrRefuses(signal, OtlpEncoding.Json, input.Body ?? []);
            try
            {
                PlainEventReader.Read(input.Body ?? [], 1, Redactor.Standard, new TelemetryBatch(), []);
            }
            catch (OtlpFormatException)
            {
                // The expected refusal.
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void What_was_accepted_reads_back_from_its_block() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(string? Service, string? Scope, string? Body, string? Key, string? Value)>(), input =>
        {
            var json = BatchText.OneLog(
                $$$"""{"body":{"stringValue":{{{Quoted(input.Body)}}}},"attributes":[{"key":{{{Quoted(input.Key)}}},"value":{"stringValue":{{{Quoted(input.Value)}}}}}]}""",
                $$$"""{"attributes":[{"key":"service.name","value":{"stringValue":{{{Quoted(input.Service)}}}}}]}""");
            var batch = new TelemetryBatch();
            TelemetryReader.Read(Signal.Logs, OtlpEncoding.Json, Encoding.UTF8.GetBytes(json), 1, Redactor.None, batch);
            var payload = new ByteBuffer();
            batch.Streams[0].WriteTo(payload);
            Assert.Equal(batch.Streams[0].EncodedLength, payload.Length);
            var rest = payload.Written;
            Assert.True(EventBlock.TryRead(ref rest, out var block));
            Assert.True(rest.IsEmpty);
            var events = block.Read();
            Assert.True(events.Next(out var view));
            Assert.Equal(Repaired(input.Body), BatchText.Utf8(view.Body));
            Assert.Equal(batch.Streams[0].Id(4), block.Stream(4));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static string Quoted(string? text) => System.Text.Json.JsonSerializer.Serialize(Repaired(text));

    private static string Repaired(string? text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""));

    private static void ReadsOrRefuses(Signal signal, OtlpEncoding encoding, byte[] body)
    {
        try
        {
            var batch = BatchText.Read(signal, encoding, body);
            _ = BatchText.Of(batch);
        }
        catch (OtlpFormatException)
        {
            // The expected refusal.
        }
    }
}

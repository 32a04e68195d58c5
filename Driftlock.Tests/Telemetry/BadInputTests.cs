using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry;

namespace Driftlock.Tests.Telemetry;

public sealed class BadInputTests
{
    private static readonly byte[] Good = OtlpTranscoder.ToProtobuf(Encoding.UTF8.GetBytes(BatchText.OneLog(
        """{"timeUnixNano":"7","severityNumber":9,"body":{"stringValue":"hello"},"attributes":[{"key":"k","value":{"stringValue":"v"}}]}""")));

    [Theory]
    [InlineData(Signal.Logs, OtlpEncoding.Protobuf, "")]
    [InlineData(Signal.Metrics, OtlpEncoding.Json, "{}")]
    [InlineData(Signal.Traces, OtlpEncoding.Json, "")]
    [InlineData(Signal.Traces, OtlpEncoding.Json, """{"resourceSpans":[{"resource":null,"scopeSpans":null}],"unknown":{"a":[1,{}]}}""")]
    public void An_empty_request_is_valid(Signal signal, OtlpEncoding encoding, string body) =>
        Assert.Equal(0, BatchText.Read(signal, encoding, Encoding.UTF8.GetBytes(body)).Accepted);

    [Fact]
    public void A_cut_request_is_refused_at_every_length_but_a_whole_field()
    {
        for (var length = 1; length < Good.Length; length++)
        {
            var error = Assert.Throws<OtlpFormatException>(() => BatchText.Read(Signal.Logs, OtlpEncoding.Protobuf, Good.AsSpan(0, length)));
            Assert.InRange(error.Offset, 0, length);
        }
    }

    [Fact]
    public void A_wrong_wire_type_is_named_with_its_place_and_what_is_right()
    {
        byte[] logRecord = [0x08, 0x05];
        byte[] scope = [0x12, (byte)logRecord.Length, .. logRecord];
        byte[] resource = [0x12, (byte)scope.Length, .. scope];
        byte[] request = [0x0a, (byte)resource.Length, .. resource];
        var error = Assert.Throws<OtlpFormatException>(() => BatchText.Read(Signal.Logs, OtlpEncoding.Protobuf, request));
        Assert.Equal(
            "byte 7, resource_logs[0].scope_logs[0].log_records[0]: field 1 (time_unix_nano) has wire type 0 (varint); 1 (64-bit) is right",
            error.Message);
    }

    [Fact]
    public void An_overlong_varint_is_refused() =>
        Assert.Contains("longer than 64 bits", Assert.Throws<OtlpFormatException>(() => BatchText.Read(
            Signal.Logs, OtlpEncoding.Protobuf, [0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(OtlpEncoding.Json)]
    [InlineData(OtlpEncoding.Protobuf)]
    public void Nesting_beyond_the_limit_is_refused_and_within_it_is_not(OtlpEncoding encoding)
    {
        Assert.Equal(1, Nested(encoding, 32).Accepted);
        Assert.Contains("nests", Assert.Throws<OtlpFormatException>(() => Nested(encoding, 33)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_no_utf8_is_repaired_and_counted()
    {
        var request = Good.ToArray();
        request[request.AsSpan().IndexOf("hello"u8)] = 0xff;
        var batch = BatchText.Read(Signal.Logs, OtlpEncoding.Protobuf, request);
        Assert.Equal("\uFFFDello", BatchText.OnlyBody(batch));
        Assert.Equal(1, batch.Cuts.InvalidUtf8);
        Assert.Equal("a\uFFFDb", BatchText.OnlyBody(BatchText.ReadJson(Signal.Logs, BatchText.OneLog("""{"body":{"stringValue":"a\ud800b"}}"""))));
    }

    [Theory]
    [InlineData("1", 1ul)]
    [InlineData("9223372036854775807", 9223372036854775807ul)]
    [InlineData("18446744073709551615", 18446744073709551615ul)]
    public void Times_from_1970_to_2554_are_kept(string written, ulong expected)
    {
        var json = BatchText.OneLog($$$"""{"timeUnixNano":"{{{written}}}","body":{"stringValue":"x"}}""");
        foreach (var batch in new[] { BatchText.ReadJson(Signal.Logs, json), BatchText.Read(Signal.Logs, OtlpEncoding.Protobuf, OtlpTranscoder.ToProtobuf(Encoding.UTF8.GetBytes(json))) })
        {
            var events = batch.Streams[0].ReadEvents();
            Assert.True(events.Next(out var view));
            Assert.Equal(expected, view.TimeUnixNano);
        }
    }

    [Fact]
    public void A_missing_time_is_the_observed_one_or_that_of_receipt()
    {
        Assert.Contains("  77 ", BatchText.Of(BatchText.ReadJson(Signal.Logs, BatchText.OneLog("""{"observedTimeUnixNano":"77"}"""))), StringComparison.Ordinal);
        Assert.Contains($"  {BatchText.Received} ", BatchText.Of(BatchText.ReadJson(Signal.Logs, BatchText.OneLog("{}"))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_service_name_is_unknown_service()
    {
        var batch = BatchText.ReadJson(Signal.Logs, BatchText.OneLog("{}", resource: """{"attributes":[{"key":"host","value":{"stringValue":"h"}}]}"""));
        Assert.Equal("unknown_service", batch.Streams[0].ServiceText);
        Assert.Equal(1, batch.Streams[0].ResourceAttributeCount);
    }

    [Theory]
    [InlineData("""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"soon"}]}]}]}""", "resourceLogs[0].scopeLogs[0].logRecords[0]: timeUnixNano")]
    [InlineData("""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":"text"}]}]}]}""", "an object such as")]
    [InlineData("""{"resourceLogs":{}}""", "an array is right")]
    [InlineData("""{"resourceLogs":[}""", "line 1, column 18")]
    [InlineData("[]", "an object is right")]
    [InlineData("{} {}", "line 1")]
    public void Wrong_json_is_named_with_its_place_and_what_is_right(string json, string part) =>
        Assert.Contains(part, Assert.Throws<OtlpFormatException>(() => BatchText.ReadJson(Signal.Logs, json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Fields_in_any_order_read_the_same()
    {
        const string Usual = """{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"s"}}]},"scopeLogs":[{"scope":{"name":"n"},"logRecords":[{"timeUnixNano":"1"}]}]}]}""";
        const string Turned = """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1"}],"scope":{"name":"n"}}],"resource":{"attributes":[{"value":{"stringValue":"s"},"key":"service.name"}]}}]}""";
        var expected = BatchText.Of(BatchText.ReadJson(Signal.Logs, Usual));
        Assert.Equal(expected, BatchText.Of(BatchText.ReadJson(Signal.Logs, Turned)));
        Assert.Equal(expected, BatchText.Of(BatchText.Read(Signal.Logs, OtlpEncoding.Protobuf, OtlpTranscoder.ToProtobuf(Encoding.UTF8.GetBytes(Turned)))));
    }

    [Fact]
    public void What_exceeds_a_limit_is_cut_or_rejected_and_always_counted()
    {
        var limits = new TelemetryLimits { AttributesPerEvent = 1, AttributeBytes = 20, BodyBytes = 30, Streams = 1 };
        var long1 = new string('\u00e9', 40);
        var record = $$$"""{"body":{"stringValue":"{{{long1}}}"},"attributes":[{"key":"a","value":{"stringValue":"{{{long1}}}"}},{"key":"b","value":{"intValue":1}}]}""";
        var batch = BatchText.ReadJson(Signal.Logs, $$"""{"resourceLogs":[{"scopeLogs":[{"scope":{"name":"one"},"logRecords":[{{record}}]},{"scope":{"name":"two"},"logRecords":[{},{}]}]}]}""", limits);
        Assert.Equal(new string('\u00e9', 9) + "[TRUNCATED]", BatchText.OnlyBody(batch));
        Assert.Equal(new string('\u00e9', 4) + "[TRUNCATED]", BatchText.Attribute(batch, "a"));
        Assert.Equal((1, 1, 1), (batch.Cuts.AttributesDropped, batch.Cuts.ValuesTruncated, batch.Cuts.BodiesTruncated));
        Assert.Equal((1, 2, 2), (batch.Accepted, batch.Rejected, batch.RejectedFor(RejectionReason.TooManyStreams)));
        Assert.Contains("2 items were rejected", batch.PartialSuccessMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Streams_with_long_names_stay_apart()
    {
        var name = new string('n', 5000);
        var batch = BatchText.ReadJson(Signal.Traces, $$"""{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"{{name}}a"},{"name":"{{name}}b"}]}]}]}""");
        Assert.Equal(2, batch.Streams.Length);
        Assert.Equal(4096, batch.Streams[0].Name.Length);
    }

    [Fact]
    public void A_span_with_a_wrong_id_is_rejected_and_a_log_record_loses_it()
    {
        var spans = BatchText.ReadJson(Signal.Traces, """{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a","traceId":"abc"},{"name":"b"}]}]}]}""");
        Assert.Equal((1, 1), (spans.Accepted, spans.RejectedFor(RejectionReason.InvalidId)));
        var logs = BatchText.ReadJson(Signal.Logs, BatchText.OneLog("""{"traceId":"xyz"}"""));
        Assert.Equal((1, 1), (logs.Accepted, logs.Cuts.InvalidLogIds));
    }

    [Fact]
    public void A_histogram_whose_counts_do_not_fit_its_bounds_is_rejected()
    {
        var batch = BatchText.ReadJson(Signal.Metrics, """{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"h","histogram":{"dataPoints":[{"count":"1","bucketCounts":["1"],"explicitBounds":[1,2]}]}}]}]}]}""");
        Assert.Equal("1 item was rejected: a histogram has 2 bounds and 1 bucket counts; one count more than bounds is right", batch.PartialSuccessMessage);
    }

    private static TelemetryBatch Nested(OtlpEncoding encoding, int levels)
    {
        var value = """{"stringValue":"x"}""";
        for (var i = 0; i < levels; i++)
        {
            value = i % 2 == 0 ? $$$"""{"arrayValue":{"values":[{{{value}}}]}}""" : $$$"""{"kvlistValue":{"values":[{"key":"k","value":{{{value}}}}]}}""";
        }
        var json = Encoding.UTF8.GetBytes(BatchText.OneLog($$"""{"body":{{value}}}"""));
        // The framework's own document stops at 64 levels, so the protobuf form is built from the inside.
        return BatchText.Read(Signal.Logs, encoding, encoding == OtlpEncoding.Json ? json : NestedProtobuf(levels));
    }

    private static byte[] NestedProtobuf(int levels)
    {
        byte[] value = [0x0a, 1, (byte)'x'];
        for (var i = 0; i < levels; i++) value = Field(5, Field(1, value));
        return Field(1, Field(2, Field(2, Field(5, value))));
    }

    private static byte[] Field(int number, byte[] content)
    {
        Span<byte> length = stackalloc byte[Varint.MaxBytes];
        var size = Varint.Write(length, (ulong)content.Length);
        return [(byte)((number << 3) | 2), .. length[..size], .. content];
    }
}

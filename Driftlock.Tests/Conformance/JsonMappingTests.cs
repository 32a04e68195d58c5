using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Conformance;

/// <summary>OTLP 1.11, "JSON Protobuf Encoding": what each way of writing means, shown by the protobuf message that must leave the same events.</summary>
[Collection(SharedApi.Name)]
public sealed class JsonMappingTests(ApiHost host)
{
    private const string Span = "\"name\":\"charge\",\"startTimeUnixNano\":\"7\",\"endTimeUnixNano\":\"9\"";

    [Fact]
    public async Task Ids_are_hexadecimal_in_any_case()
    {
        await SameAsync(
            Signal.Traces, Spans($$"""{"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","parentSpanId":"EEE19b7ec3c1B173",{{Span}}}"""),
            Spans($$"""{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","parentSpanId":"eee19b7ec3c1b173",{{Span}}}"""));
        await SameAsync(
            Signal.Logs, Logs("""{"timeUnixNano":"7","traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174"}"""),
            Logs("""{"timeUnixNano":"7","traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174"}"""));
    }

    [Fact]
    public async Task Base64_as_ProtoJSON_would_have_it_is_no_id()
    {
        var tenant = await host.AddTenantAsync();
        var spans = Spans($$"""{"traceId":"W47/95gDgQPSabYzgT/GDA==","spanId":"7uGbfsPBsXQ=",{{Span}}}""");
        var answer = await host.Api.Otlp.SendAsync(Transport.Json, tenant.Ingest, spans, Signal.Traces);
        Assert.Equal((true, 1L), (answer.IsSuccess, answer.Rejected));
        Assert.Contains("hexadecimal", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1772600000000000001")]
    [InlineData("\"1772600000000000001\"")]
    [InlineData("1772600000000000001.0")]
    [InlineData("\"1.772600000000000001e18\"")]
    public async Task A_64_bit_integer_is_a_string_or_a_number(string time)
    {
        await SameAsync(
            Signal.Logs, Logs($$$"""{"timeUnixNano":{{{time}}},"body":{"intValue":-9007199254740993}}"""),
            Logs("""{"timeUnixNano":"1772600000000000001","body":{"intValue":"-9007199254740993"}}"""));
        await SameAsync(
            Signal.Metrics, Points($$"""{"timeUnixNano":{{time}},"asInt":9007199254740993}"""), Points("""{"timeUnixNano":"1772600000000000001","asInt":"9007199254740993"}"""));
        await SameAsync(
            Signal.Traces, Spans($$"""{"name":"charge","startTimeUnixNano":{{time}},"endTimeUnixNano":1772600000000000005}"""),
            Spans("""{"name":"charge","startTimeUnixNano":"1772600000000000001","endTimeUnixNano":"1772600000000000005"}"""));
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("-1")]
    [InlineData("18446744073709551616")]
    [InlineData("1e400")]
    public async Task What_is_no_64_bit_integer_is_bad_data(string time)
    {
        foreach (var written in (string[])[time, $"\"{time}\""])
        {
            var answer = await host.Api.Otlp.SendAsync(Transport.Json, (await host.AddTenantAsync()).Ingest, Logs($$"""{"timeUnixNano":{{written}}}"""));
            answer.IsRefused(Transport.Json, 400, Ways.InvalidArgument);
            Assert.Contains("timeUnixNano", answer.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("3", "2", "2", "17")]
    [InlineData("\"SPAN_KIND_CLIENT\"", "\"STATUS_CODE_ERROR\"", "\"AGGREGATION_TEMPORALITY_CUMULATIVE\"", "\"SEVERITY_NUMBER_ERROR\"")]
    public async Task An_enum_is_its_number_and_the_name_that_senders_must_not_write_is_understood(string kind, string status, string temporality, string severity)
    {
        await SameAsync(
            Signal.Traces, Spans($$$"""{{{{Span}}},"kind":{{{kind}}},"status":{"code":{{{status}}}}}"""), Spans($$$"""{{{{Span}}},"kind":3,"status":{"code":2}}"""));
        await SameAsync(Signal.Metrics, Sum(temporality), Sum("2"));
        await SameAsync(Signal.Logs, Logs($$"""{"timeUnixNano":"7","severityNumber":{{severity}}}"""), Logs("""{"timeUnixNano":"7","severityNumber":17}"""));
    }

    [Fact]
    public async Task Original_field_names_are_unknown_ones()
    {
        await SameAsync(Signal.Logs, Logs("""{"timeUnixNano":"7","severity_number":9,"trace_id":"no id"}"""), Logs("""{"timeUnixNano":"7"}"""));
        await SameAsync(Signal.Traces, Spans($$"""{{{Span}},"parent_span_id":"eee19b7ec3c1b173"}"""), Spans($$"""{{{Span}}}"""));
        await SameAsync(Signal.Metrics, Points("""{"timeUnixNano":"7","asInt":"1","start_time_unix_nano":[]}"""), Points("""{"timeUnixNano":"7","asInt":"1"}"""));
        (await host.Api.Otlp.SendAsync(Transport.Json, (await host.AddTenantAsync()).Ingest, """{"resource_logs":[{"scope_logs":7}]}""")).IsFullSuccess(Transport.Json);
    }

    [Fact]
    public async Task Unknown_fields_of_any_shape_are_ignored_at_every_level()
    {
        const string unknown = "\"x\":[{\"y\":[null,true,1e9,\"\\\"\"]},{}],\"z\":null";
        var logs = Logs("""{"timeUnixNano":"7","body":{"stringValue":"paid"},"attributes":[{"key":"a","value":{"intValue":"1"}}]}""");
        await SameAsync(Signal.Logs, logs.Replace("{", $"{{{unknown},", StringComparison.Ordinal), logs);
        var points = Points("""{"timeUnixNano":"7","asDouble":1.5,"attributes":[{"key":"a","value":{"boolValue":true}}]}""");
        await SameAsync(Signal.Metrics, points.Replace("{", $"{{{unknown},", StringComparison.Ordinal), points);
        var spans = Spans($$$"""{{{{Span}}},"status":{"code":2},"events":[{"name":"e","attributes":[{"key":"a","value":{"stringValue":"b"}}]}]}""");
        await SameAsync(Signal.Traces, spans.Replace("{", $"{{{unknown},", StringComparison.Ordinal), spans);
    }

    [Fact]
    public async Task Null_is_as_good_as_absent()
    {
        await SameAsync(
            Signal.Logs, Logs("""{"timeUnixNano":"7","severityNumber":null,"severityText":null,"body":null,"attributes":null,"traceId":null}"""), Logs("""{"timeUnixNano":"7"}"""));
        await SameAsync(Signal.Traces, Spans($$"""{{{Span}},"kind":null,"status":null,"events":null,"parentSpanId":null}"""), Spans($$"""{{{Span}}}"""));
    }

    [Theory]
    [InlineData("+/8=")]
    [InlineData("-_8=")]
    [InlineData("-_8")]
    public async Task Bytes_are_base64_of_either_alphabet_padded_or_not(string written)
    {
        await SameAsync(Signal.Logs, Logs($$$"""{"timeUnixNano":"7","body":{"bytesValue":"{{{written}}}"}}"""), Logs("""{"timeUnixNano":"7","body":{"bytesValue":"+/8="}}"""));
        await SameAsync(
            Signal.Logs, Logs($$$$"""{"timeUnixNano":"7","body":{"arrayValue":{"values":[{"bytesValue":"{{{{written}}}}"}]}}}"""),
            Logs("""{"timeUnixNano":"7","body":{"arrayValue":{"values":[{"bytesValue":"+/8="}]}}}"""));
    }

    /// <summary>The JSON leaves the events that the other leaves as protobuf.</summary>
    private async Task SameAsync(Signal signal, string json, string asProtobuf)
    {
        var (one, other) = (await host.AddTenantAsync(), await host.AddTenantAsync());
        (await host.Api.Otlp.SendAsync(Transport.Json, one.Ingest, Encoding.UTF8.GetBytes(json), signal)).IsFullSuccess(Transport.Json);
        (await host.Api.Otlp.SendAsync(Transport.Protobuf, other.Ingest, asProtobuf, signal)).IsFullSuccess(Transport.Protobuf);
        var expected = await LoggedText.OfAsync(host.Database, other);
        Assert.Single(expected);
        Assert.Equal(expected, await LoggedText.OfAsync(host.Database, one));
    }

    private static string Logs(string record) => $$"""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{{record}}]}]}]}""";

    private static string Spans(string span) => $$"""{"resourceSpans":[{"scopeSpans":[{"spans":[{{span}}]}]}]}""";

    private static string Points(string point) => $$$"""{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"queue","gauge":{"dataPoints":[{{{point}}}]}}]}]}]}""";

    private static string Sum(string temporality) =>
        $$$"""{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"orders","sum":{"aggregationTemporality":{{{temporality}}},"isMonotonic":true,"dataPoints":[{"timeUnixNano":"7","asInt":"3"}]}}]}]}]}""";
}

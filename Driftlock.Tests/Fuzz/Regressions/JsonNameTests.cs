using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry;
using Driftlock.Telemetry.Files;
using Driftlock.Tests.Telemetry;

namespace Driftlock.Tests.Fuzz.Regressions;

/// <summary>A property's name that holds half of a surrogate pair took the readers out with an InvalidOperationException, which the Api answered with 500.</summary>
public sealed class JsonNameTests
{
    private const string Half = """\ud800""";

    [Theory]
    [InlineData(Signal.Logs, """{"NAME":1}""")]
    [InlineData(Signal.Logs, """{"resourceLogs":[{"NAME":1,"scopeLogs":[{"NAME":1,"logRecords":[{"NAME":1,"body":{"NAME":1},"attributes":[{"NAME":1}]}]}]}]}""")]
    [InlineData(Signal.Metrics, """{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"NAME":1,"name":"g","gauge":{"NAME":1,"dataPoints":[{"NAME":1,"asInt":"3"}]}}]}]}]}""")]
    [InlineData(Signal.Traces, """{"resourceSpans":[{"scopeSpans":[{"spans":[{"NAME":1,"name":"s","status":{"NAME":1},"events":[{"NAME":1}]}]}]}]}""")]
    public void Half_a_surrogate_pair_in_a_name_is_a_name_that_is_not_known(Signal signal, string json) =>
        Assert.Equal(0, BatchText.ReadJson(signal, json.Replace("NAME", Half, StringComparison.Ordinal)).Rejected);

    [Fact]
    public void A_known_name_may_be_escaped() =>
        Assert.Equal("x", BatchText.OnlyBody(BatchText.ReadJson(Signal.Logs, BatchText.OneLog("""{"b\u006fd\u0079":{"\u0073tringValue":"x"}}"""))));

    [Fact]
    public void In_a_plain_event_it_becomes_an_attribute_that_is_repaired()
    {
        var batch = new TelemetryBatch();
        PlainEventReader.Read(Encoding.UTF8.GetBytes($$"""{"service":"s","message":"m","{{Half}}":"v"}"""), 1, Redactor.None, batch, []);
        Assert.Equal("v", BatchText.Attribute(batch, "\ufffd"));
    }

    [Fact]
    public void What_the_command_line_looks_at_is_no_export_request_then() =>
        Assert.Null(ExportRequest.SignalOf(Encoding.UTF8.GetBytes($$"""{"{{Half}}":1}""")));
}

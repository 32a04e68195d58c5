using System.Text;
using Driftlock.Telemetry;

namespace Driftlock.Tests.Telemetry;

public sealed class PlainEventTests
{
    [Fact]
    public void One_event_with_every_field_becomes_a_log_event()
    {
        var (batch, errors) = Read("""
            {"service":"shop","scope":"cart","message":"paid","severity":"WARN","timestamp":"2026-01-02T03:04:05.123Z","eventName":"e",
             "attributes":{"a":1,"b":{"c":[true, null]}},"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","extra":"x"}
            """);
        Assert.Empty(errors);
        Assert.Equal("""
            Logs shop / cart [ ]
              1767323045123000000 13 <e> <paid> 5b8efff798038103d269b633813fc60c/eee19b7ec3c1b174/ a=1 b={"c":[true,null]} extra=x
            accepted 1 rejected 0 without value 0
            """, BatchText.Of(batch));
    }

    [Theory]
    [InlineData("""[{"service":"a","message":"1"},{"service":"b","message":"2"},{"service":"a","message":"3"}]""")]
    [InlineData("{\"service\":\"a\",\"message\":\"1\"}\n\n{\"service\":\"b\",\"message\":\"2\"}\r\n{\"service\":\"a\",\"message\":\"3\"}\n")]
    public void An_array_and_lines_are_the_same(string body)
    {
        var (batch, errors) = Read(body);
        Assert.Empty(errors);
        Assert.Equal((3, 2), (batch.Accepted, batch.Streams.Length));
        Assert.Equal(2, batch.Streams[0].EventCount);
    }

    [Fact]
    public void A_wrong_line_costs_only_itself_and_is_named()
    {
        var (batch, errors) = Read("""
            {"service":"a","message":"1"}
            {"service":"a","message":
            {"service":"a"}
            {"service":"a","message":"x","severity":"loud"}
            {"service":"a","message":"x","timestamp":"yesterday"}
            {"service":"a","message":"x","traceId":"12"}
            {"message":"x"}
            {"service":"a","message":{"structured":"yes"}}
            """);
        Assert.Equal((2, 6), (batch.Accepted, batch.Rejected));
        Assert.Equal([(1, 2, null), (2, 3, "message"), (3, 4, "severity"), (4, 5, "timestamp"), (5, 6, "traceId"), (6, 7, "service")],
            errors.Select(e => (e.Index, e.Line, e.Field)));
        Assert.Contains("is right", errors[3].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1767323045", 1767323045000000000)]
    [InlineData("1767323045123", 1767323045123000000)]
    [InlineData("1767323045123456789", 1767323045123456789)]
    [InlineData("\"2026-01-02T04:04:05+01:00\"", 1767323045000000000)]
    [InlineData("\"2026-01-02T03:04:05.123456789Z\"", 1767323045123456700)]
    [InlineData("\"1970-01-01T00:00:00Z\"", BatchText.Received)]
    [InlineData("null", BatchText.Received)]
    public void Times_are_read_in_every_usual_form(string written, long expected)
    {
        var (batch, errors) = Read($$"""{"service":"a","message":"x","timestamp":{{written}}}""");
        Assert.Empty(errors);
        var events = batch.Streams[0].ReadEvents();
        Assert.True(events.Next(out var view));
        Assert.Equal((ulong)expected, view.TimeUnixNano);
    }

    [Theory]
    [InlineData("[{\"service\":\"a\",\"message\":\"1\"}")]
    [InlineData("42")]
    [InlineData("")]
    [InlineData("[] x")]
    public void A_body_that_is_neither_form_is_refused(string body) => Assert.Throws<OtlpFormatException>(() => Read(body));

    [Fact]
    public void A_written_request_reads_back_as_the_same_events()
    {
        var (batch, _) = Read("""[{"service":"a","scope":"s","message":"1","severity":9,"attributes":{"k":"v"},"eventName":"n"},{"service":"b","message":"2"}]""");
        var writer = new OtlpLogWriter();
        foreach (var stream in batch.Streams) writer.Append(stream);
        Assert.Equal(BatchText.Of(batch), BatchText.Of(BatchText.Read(Cbad.Events.Signal.Logs, OtlpEncoding.Protobuf, writer.Request)));
    }

    private static (TelemetryBatch Batch, List<PlainEventError> Errors) Read(string body)
    {
        var (batch, errors) = (new TelemetryBatch(), new List<PlainEventError>());
        PlainEventReader.Read(Encoding.UTF8.GetBytes(body), BatchText.Received, Redactor.Standard, batch, errors);
        return (batch, errors);
    }
}

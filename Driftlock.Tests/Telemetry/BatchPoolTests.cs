using Driftlock.Cbad.Events;
using Driftlock.Telemetry;

namespace Driftlock.Tests.Telemetry;

public sealed class BatchPoolTests
{
    [Fact]
    public void A_reused_batch_holds_nothing_of_the_request_before()
    {
        var batch = new TelemetryBatch();
        TelemetryReader.Read(Signal.Traces, OtlpEncoding.Json, """{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a@b.example.com","traceId":"1"},{"name":"b"}]}]}]}"""u8, 1, Redactor.Standard, batch);
        Assert.Equal((1, 1), (batch.Accepted, batch.Rejected));
        TelemetryReader.Read(Signal.Logs, OtlpEncoding.Protobuf, [], 1, Redactor.Standard, batch);
        Assert.Equal((0, 0, 0, 0), (batch.Accepted, batch.Rejected, batch.Streams.Length, batch.Redactions.Total));
        Assert.Null(batch.PartialSuccessMessage);
    }

    [Fact]
    public void The_pool_gives_back_what_was_returned_but_keeps_no_giants_and_no_more_than_its_capacity()
    {
        var pool = new TelemetryBatchPool(capacity: 1);
        var (first, second, giant) = (pool.Rent(), pool.Rent(), pool.Rent());
        TelemetryReader.Read(Signal.Logs, OtlpEncoding.Json, System.Text.Encoding.UTF8.GetBytes(
            BatchText.OneLog($$$"""{"body":{"stringValue":"{{{new string('a', 2_000_000)}}}"}}""")), 1, Redactor.Standard, giant);
        pool.Return(giant);
        pool.Return(first);
        pool.Return(second);
        Assert.Same(first, pool.Rent());
        Assert.NotSame(second, pool.Rent());
    }
}
